using System.Collections.Immutable;
using System.Runtime.InteropServices;
using Brig.Engine.Containers;
using Brig.Engine.Logs;
using Brig.Engine.Logs.Keeping;
using Brig.Engine.Logs.Search;
using Brig.Engine.State;
using Brig.Tests;
using Microsoft.Extensions.Logging.Abstractions;

namespace Brig.Engine.Tests.Logs;

/// <summary>A hundred thousand files of ten thousand removed containers. All but one are the same file by many names, or the test would take minutes to make them.</summary>
public sealed class ManyLogFilesTests : IDisposable
{
    private const int FilesOfEach = 10, TooMany = 3;
    private static readonly DateTimeOffset Then = DateTimeOffset.FromUnixTimeSeconds(1_795_294_342);

    /// <summary>In memory.</summary>
    private readonly string _root = Directory.CreateDirectory("/dev/shm/brig-many-" + Guid.NewGuid().ToString("N")).FullName;
    private readonly EnginePaths _paths;
    private readonly Store _store;

    public ManyLogFilesTests()
    {
        _paths = new(new EngineOptions { Root = _root });
        Directory.CreateDirectory(_paths.Trash);
        _store = new(_paths);
        _store.Open();
    }

    public void Dispose()
    {
        _store.Dispose();
        Directory.Delete(_root, recursive: true);
    }

    [Fact]
    public async Task HundredThousandFiles_AreOpenedSearchedAndBounded()
    {
        var kept = Write(KeptLogs.Most + TooMany);
        await _store.WriteAsync(db => db.KeptLogs.AddRange(kept.Select(KeptLogs.Row)));
        using var logs = new KeptLogs(_paths, new(), _store, TimeProvider.System, NullLogger<KeptLogs>.Instance) { Spare = () => 0 };

        logs.Open();

        await Wait.Until(() => logs.List().Length == KeptLogs.Most, "those that are too many go");
        Assert.DoesNotContain(logs.List(), source => int.Parse(source.Name) < TooMany);
        using var searcher = new LogSearcher(new Owners(logs), new(_paths), TimeProvider.System);
        var found = await FindAsync(searcher, new() { Text = "needle" });
        Assert.Equal(["the needle"], found.Lines);
        Assert.Equal(1, found.Last.Progress.Found);
        var newest = await FindAsync(searcher, new() { Text = "common", Limit = 50, Count = true });
        Assert.Equal(50, newest.Lines.Count);
        Assert.Equal((KeptLogs.Most * FilesOfEach) - 1, newest.Last.Progress.Found);
    }

    private static async Task<(List<string> Lines, LogSearchBatch Last)> FindAsync(ILogSearch search, LogSearch asked)
    {
        var lines = new List<string>();
        LogSearchBatch? last = null;
        await foreach (var batch in search.SearchAsync(asked))
        {
            lines.AddRange(batch.Lines.Select(line => line.Text));
            last = batch;
        }
        return (lines, last!);
    }

    private LogSource[] Write(int count)
    {
        string common = _root + "/common";
        File.WriteAllText(common, "2026-11-21T20:52:22.000000000Z stdout F common words\n");
        var all = new LogSource[count];
        for (int i = 0; i < count; i++)
        {
            all[i] = new(ContainerId.New(), $"{i}", "nginx", ImmutableDictionary<string, string>.Empty, Then.AddMinutes(-1), RemovedAt: TimeProvider.System.GetUtcNow().AddSeconds(i - count)) { Bytes = FilesOfEach * 53 };
            string folder = _paths.KeptLog(all[i].Id);
            Directory.CreateDirectory(folder);
            for (int file = 1; file <= FilesOfEach; file++)
            {
                Assert.Equal(0, link(common, LogFiles.PathOf(folder, file)));
            }
        }
        string one = LogFiles.PathOf(_paths.KeptLog(all[count / 2].Id), FilesOfEach / 2);
        File.Delete(one);
        File.WriteAllText(one, "2026-11-21T20:52:22.000000000Z stdout F the needle\n");
        return all;
    }

    [DllImport("libc", CharSet = CharSet.Ansi, BestFitMapping = false, ThrowOnUnmappableChar = true)]
    private static extern int link(string from, string to);

    private sealed class Owners(KeptLogs logs) : ILogOwners
    {
        public ContainerId Find(string idOrName) => logs.Find(idOrName)!.Id;
        public LogOwner Look(ContainerId id) => LogOwner.Ended;
        public LogSource? Removed(string idOrName) => logs.Find(idOrName);
        public Task ForgetAsync(string idOrName) => logs.ForgetAsync(idOrName);
        public ImmutableArray<LogSource> Sources() => logs.List();
    }
}
