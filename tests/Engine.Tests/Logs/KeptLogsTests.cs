using System.Collections.Immutable;
using Brig.Engine.Containers;
using Brig.Engine.Logs.Keeping;
using Brig.Engine.Logs.Search;
using Brig.Engine.State;
using Brig.Linux.Trees;
using Brig.Tests;
using Microsoft.Extensions.Logging.Abstractions;

namespace Brig.Engine.Tests.Logs;

public sealed class KeptLogsTests : IDisposable
{
    private static readonly DateTimeOffset Then = DateTimeOffset.FromUnixTimeSeconds(1_795_294_342);

    private readonly TempFolder _temp = new();
    private readonly EnginePaths _paths;
    private readonly Store _store;
    private EngineOptions _options = new();
    private TimeProvider _time = TimeProvider.System;
    private long? _room;
    private long _one;
    private KeptLogs _logs;

    public KeptLogsTests()
    {
        _paths = new(new EngineOptions { Root = _temp.Path });
        Directory.CreateDirectory(_paths.Trash);
        _store = new(_paths);
        _store.Open();
        _logs = Begin();
    }

    public void Dispose()
    {
        _logs.Dispose();
        _store.Dispose();
        _temp.Dispose();
    }

    [Fact]
    public async Task Move_OfARemovedContainer_KeepsItsFilesAndWhoItWas()
    {
        var kept = await RemoveAsync("web", 100);
        _logs.Move(kept.Id);
        Begin();
        var found = _logs.Find("web")!;
        Assert.Equal((kept.Id, "nginx", "shop", 3, kept.Bytes), (found.Id, found.Image, found.Stack, found.ExitCode, found.Bytes));
        Assert.Equal(found, _logs.Find(kept.Id.Value[..8]));
        Assert.Equal(100, new FileInfo(new LogFolders(_paths).Of(kept.Id) + "/000001.log").Length);
    }

    [Fact]
    public async Task Open_EngineKilledBetweenRowAndRename_RenamesNow()
    {
        var kept = await RemoveAsync("web", 100);
        Begin();
        Assert.True(File.Exists(_paths.KeptLog(kept.Id) + "/000001.log"));
        Assert.Equal(kept.Id, Assert.Single(_logs.List()).Id);
    }

    [Fact]
    public async Task Open_RowWithoutFilesAndFilesWithoutRow_AreBothForgotten()
    {
        var kept = await RemoveAsync("web", 100);
        Directory.Delete(_paths.Container(kept.Id), recursive: true);
        Directory.CreateDirectory(_paths.KeptLogs + "/nobody");
        Begin();
        Assert.Empty(_logs.List());
        Assert.False(Directory.Exists(_paths.KeptLogs + "/nobody"));
        await Wait.Until(() => _store.Read(db => db.KeptLogs.Count()) == 0, "the row goes");
    }

    [Fact]
    public async Task Move_MoreThanTheQuota_TheOldestGo()
    {
        long one = _logs.Prepare(Write("one", 9000))!.Bytes;
        Assert.True(one >= 9000, "blocks");
        _options = new() { LogsQuota = one * 5 / 2 };
        Begin();
        foreach (string name in (string[])["a", "b", "c"])
            _logs.Move((await RemoveAsync(name, 9000)).Id);
        await Wait.Until(() => _logs.List().Length == 2, "one is too many");
        Assert.Equal(["b", "c"], _logs.List().Select(source => source.Name).Order());
        Assert.Null(_logs.Prepare(Write("large", 90_000)));
    }

    [Fact]
    public async Task Surplus_TooOldOrTheDiskIsFull_AreGivenUp()
    {
        var clock = new SetTime { Now = Then };
        _time = clock;
        Begin();
        await RemoveAsync("new", 100);
        Assert.Empty(_logs.Surplus(0));
        _logs.Add(Write("old", 100) with { RemovedAt = Then.AddDays(-60), Bytes = 100 });
        Assert.Equal(["old"], _logs.Surplus(0).Select(source => source.Name));
        _options = new() { LogsKeep = TimeSpan.FromDays(3650) };
        Begin();
        clock.Now += TimeSpan.FromSeconds(1);
        await RemoveAsync("newer", 100);
        Assert.Empty(_logs.Surplus(0));
        Assert.Equal(["new"], _logs.Surplus(-50).Select(source => source.Name));
    }

    [Fact]
    public void Surplus_ClockSetForwardAYear_TakesNoMoreThanTwiceTheTimeThatPassed()
    {
        var clock = new SetTime { Now = Then };
        _time = clock;
        Begin();
        for (int day = 0; day < 30; day++)
            _logs.Add(Write("day" + day, 0) with { RemovedAt = Then.AddDays(-day).AddHours(-1) });
        Assert.Empty(_logs.Surplus(0));
        clock.Now = Then.AddDays(365);
        for (int minute = 0; minute < 120; minute++)
        {
            clock.Passed += TimeSpan.FromMinutes(1);
            Assert.Empty(_logs.Surplus(0));
        }
        clock.Now = Then.AddDays(2);
        clock.Passed += TimeSpan.FromDays(2);
        Assert.Equal(["day29", "day28"], _logs.Surplus(0).Select(source => source.Name));
    }

    [Fact]
    public void Surplus_TooMany_TheOldestGo()
    {
        _time = new SetTime { Now = Then };
        Begin();
        for (int i = 0; i < KeptLogs.Most + 2; i++)
            _logs.Add(new(ContainerId.New(), $"{i}", "nginx", ImmutableDictionary<string, string>.Empty, Then, RemovedAt: Then.AddSeconds(-i)));
        Assert.Equal([$"{KeptLogs.Most + 1}", $"{KeptLogs.Most}"], _logs.Surplus(0).Select(source => source.Name));
    }

    [Fact]
    public async Task Move_DiskIsFull_NoMoreGoThanMust()
    {
        string[] names = ["a", "b", "c", "d", "e", "f", "g"];
        _one = _logs.Prepare(Write("one", 9000))!.Bytes;
        _room = 4 * _one;
        foreach (string name in names)
            _logs.Move((await RemoveAsync(name, 9000)).Id);
        await _logs.ForgetAsync("g");   // comes behind all that those began
        Assert.Equal(["d", "e", "f"], _logs.List().Select(source => source.Name).Order());
    }

    [Fact]
    public async Task ForgetAsync_ByName_IsGoneFromDiskAndRows()
    {
        var kept = await RemoveAsync("web", 100);
        _logs.Move(kept.Id);
        for (int i = 0; i < 1000; i++)
            await File.WriteAllBytesAsync($"{_paths.KeptLog(kept.Id)}/{i}", []);
        await _logs.ForgetAsync("web");
        Assert.Empty(Directory.GetDirectories(_paths.Trash));   // the room is there now
        Assert.Null(_logs.Find("web"));
        Assert.False(Directory.Exists(_paths.KeptLog(kept.Id)));
        Assert.Equal(0, _store.Read(db => db.KeptLogs.Count()));
        await Assert.ThrowsAsync<EngineException>(() => _logs.ForgetAsync("web"));
    }

    [Fact]
    public void Prepare_NothingWasWritten_IsNotKept() => Assert.Null(_logs.Prepare(Write("silent", 0)));

    private async Task<LogSource> RemoveAsync(string name, int bytes)
    {
        var kept = _logs.Prepare(Write(name, bytes))!;
        var row = KeptLogs.Row(kept);
        await _store.WriteAllAsync([("INSERT OR REPLACE INTO kept_logs(Id, Record) VALUES($0, $1)", [row.Id, row.Record]), ("DELETE FROM containers WHERE Id = $0", [row.Id])]);
        _logs.Add(kept);
        return kept;
    }

    private LogSource Write(string name, int bytes)
    {
        var id = ContainerId.New();
        string folder = _paths.Container(id) + "/log";
        Directory.CreateDirectory(folder);
        if (bytes > 0)
            File.WriteAllBytes(folder + "/000001.log", new byte[bytes]);
        return new(id, name, "nginx", ImmutableDictionary<string, string>.Empty.Add("com.docker.compose.project", "shop"), Then, ExitCode: 3);
    }

    private KeptLogs Begin()
    {
        _logs?.Dispose();
        _logs = new(_paths, _options, _store, _time, NullLogger<KeptLogs>.Instance) { Spare = Spare };
        _logs.Open();
        return _logs;
    }

    /// <summary>What is in the trash takes room too.</summary>
    private long Spare() => _room is { } room ? room - (_one * new[] { _paths.KeptLogs, _paths.Trash }.Sum(folder => TreeSize.Of(folder, default).Files)) : 0;

    private sealed class SetTime : TimeProvider
    {
        public DateTimeOffset Now { get; set; }
        public TimeSpan Passed { get; set; }

        public override long TimestampFrequency => TimeSpan.TicksPerSecond;
        public override long GetTimestamp() => Passed.Ticks;
        public override DateTimeOffset GetUtcNow() => Now;

        /// <summary>Nothing is done by itself.</summary>
        public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period) => new Still();

        private sealed class Still : ITimer
        {
            public bool Change(TimeSpan dueTime, TimeSpan period) => true;
            public void Dispose() { }
            public ValueTask DisposeAsync() => default;
        }
    }
}
