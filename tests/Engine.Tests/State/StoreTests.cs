using Brig.Engine.Containers;
using Brig.Engine.Events;
using Brig.Engine.State;
using Microsoft.Data.Sqlite;
using Microsoft.Extensions.Logging.Abstractions;

namespace Brig.Engine.Tests.State;

public sealed class StoreTests : IDisposable
{
    private readonly EnginePaths _paths = new(new() { Root = Directory.CreateTempSubdirectory("store").FullName });
    private Store _store;

    public StoreTests()
    {
        _store = new(_paths);
        _store.Open();
    }

    public void Dispose()
    {
        _store.Dispose();
        Directory.Delete(_paths.Root, recursive: true);
    }

    [Fact]
    public async Task Rows_WrittenAndReadAnew_AreTheSame()
    {
        var spec = new ContainerSpec
        {
            Image = "i", Command = ["a", "b"], Mounts = [new(MountKind.Tmpfs, null, "/t", SizeBytes: 7)], Limits = new() { Cpus = 0.5 },
            Namespaces = new() { Net = NamespaceSpec.OfContainer("x") }, Restart = new(RestartMode.OnFailure, 3), StopGrace = TimeSpan.FromSeconds(3),
        };
        var container = new Container(ContainerId.New(), "n", spec, new(ContainerStatus.Exited, Exit: new(1, 0, true)), DateTimeOffset.UnixEpoch, "sha256:0", "a b", 1);
        await new ContainerRows(_store).AddAsync(container, null, default);
        Reopen();
        var row = Assert.Single(new ContainerRows(_store).All());
        var read = EngineJson.Read<ContainerSpec>(row.Spec);

        Assert.Equal(EngineJson.Write(spec), EngineJson.Write(read));
        Assert.Equal(new NamespaceSpec(NamespaceSource.Container, "x"), read.Namespaces.Net);
        Assert.Equal(container.State, EngineJson.Read<ContainerState>(row.State));
    }

    [Fact]
    public async Task Settings_SetTwice_LastIsKept()
    {
        await _store.SetAsync("web/a", "1");
        await _store.SetAsync("web/a", "2");
        await _store.SetAsync("other", "3");
        Reopen();

        Assert.Equal("2", _store.Setting("web/a"));
        Assert.Null(_store.Setting("nothing"));
        Assert.Equal(["web/a"], _store.SettingsUnder("web/").Keys);
    }

    [Fact]
    public void Open_OfANewerBrig_IsRefusedAndUntouched()
    {
        _store.Dispose();
        using (var connection = new SqliteConnection($"Data Source={_paths.Database};Pooling=false"))
        {
            connection.Open();
            using var command = connection.CreateCommand();
            command.CommandText = "PRAGMA user_version=99";
            command.ExecuteNonQuery();
        }
        _store = new(_paths);

        Assert.Contains("newer", Assert.Throws<EngineException>(_store.Open).Message);
    }

    [Theory]
    [InlineData(0)]        // its head: no database
    [InlineData(4096)]     // inside: noticed when it is read
    public async Task Open_OfADamagedFile_SaysWhatToDoAndChangesNothing(int at)
    {
        for (int i = 0; i < 200; i++)
        {
            await _store.SetAsync($"web/{i}", new string('x', 500));
        }
        _store.Dispose();
        SqliteConnection.ClearAllPools();
        byte[] file = File.ReadAllBytes(_paths.Database);
        file.AsSpan(at, file.Length - at).Fill(0x5a);
        File.WriteAllBytes(_paths.Database, file);
        File.Delete(_paths.Database + "-wal");
        _store = new(_paths);

        string told = Assert.Throws<EngineException>(() =>
        {
            _store.Open();
            _store.SettingsUnder("web/");
        }).Message;

        Assert.Contains("damaged", told, StringComparison.Ordinal);
        Assert.Contains(".recover", told, StringComparison.Ordinal);
        Assert.True(file.AsSpan().SequenceEqual(File.ReadAllBytes(_paths.Database)));
    }

    [Fact]
    public async Task Events_AfterARestart_NoNumberIsGivenTwiceAndOnlyTheNewestAreKept()
    {
        var first = new EventLog(_store, TimeProvider.System, NullLogger<EventLog>.Instance);
        first.Open();
        for (int i = 0; i < EventLog.Kept + 1500; i++)
        {
            first.Add("container", "start", "id", "name", ("i", $"{i}"));
        }
        await first.StopAsync();
        Reopen();
        var second = new EventLog(_store, TimeProvider.System, NullLogger<EventLog>.Instance);
        second.Open();
        second.Add("engine", "start", "", "");
        using var live = second.Follow(tail: 1);
        var all = await second.ListAsync(limit: int.MaxValue);
        await second.StopAsync();

        Assert.True(live.Snapshot.Single().Sequence > EventLog.Kept + 1500);
        Assert.Equal(EventLog.Kept, all.Length);
        Assert.Equal($"{EventLog.Kept + 1499}", all[^2].Attributes["i"]);
        first.Dispose();
        second.Dispose();
    }

    [Fact]
    public async Task Events_FollowAfter_BeginsBehindIt()
    {
        using var log = new EventLog(_store, TimeProvider.System, NullLogger<EventLog>.Instance);
        log.Open();
        for (int i = 0; i < 5; i++)
        {
            log.Add("container", "start", "id", "name");
        }
        using var live = log.Follow(after: 3);
        log.Add("container", "die", "id", "name");

        Assert.Equal([4, 5], live.Snapshot.Select(e => e.Sequence));
        Assert.True(live.Changes.TryRead(out var next));
        Assert.Equal(6, next.Sequence);
        await log.StopAsync();
    }

    private void Reopen()
    {
        _store.Dispose();
        _store = new(_paths);
        _store.Open();
    }
}
