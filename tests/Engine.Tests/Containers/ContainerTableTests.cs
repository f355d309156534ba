using Brig.Engine.Containers;

namespace Brig.Engine.Tests.Containers;

public class ContainerTableTests
{
    private readonly ContainerTable _table = new();

    [Fact]
    public void Find_PrefixOfTwo_IsAConflict()
    {
        Add("one", "aa" + new string('1', 62));
        Add("two", "aa" + new string('2', 62));

        Assert.Equal(EngineErrorKind.Conflict, Assert.Throws<EngineException>(() => _table.Find("aa")).Kind);
        Assert.Equal("one", _table.Find("aa1").Now.Name);
    }

    [Fact]
    public void Find_NameThatLooksLikeAnId_NameWins()
    {
        Add("aa", "bb" + new string('1', 62));
        Add("two", "aa" + new string('2', 62));

        Assert.Equal("aa", _table.Find("aa").Now.Name);
    }

    [Fact]
    public void Find_Mistyped_SaysTheNearest()
    {
        Add("brave-anchor", new string('1', 64));
        Assert.Contains("\"brave-anchor\"", Assert.Throws<EngineException>(() => _table.Find("brave-ancor")).Message);
    }

    [Fact]
    public async Task Follow_LaggardBeyondTheBound_IsEndedAndTheOthersGoOn()
    {
        var entry = Add("one", new string('1', 64));
        using var lags = _table.Follow();
        using var reads = _table.Follow();
        for (int i = 0; i < 1100; i++)
        {
            _table.Replace(entry, container => container with { CommandLine = $"{i}" });
            Assert.True(reads.Changes.TryRead(out _));
        }
        int seen = 0;
        await foreach (var _ in lags.Changes.ReadAllAsync())
        {
            seen++;
        }

        Assert.Equal(1024, seen);
        Assert.False(reads.Changes.Completion.IsCompleted);
    }

    [Fact]
    public async Task Follow_WhileOthersChange_SnapshotAndChangesMissNothing()
    {
        var entry = Add("one", new string('1', 64));
        using var started = new ManualResetEventSlim();
        var changing = Task.Run(() =>
        {
            for (int i = 0; i < 500; i++)
            {
                _table.Replace(entry, container => container);
                started.Set();
            }
        });
        started.Wait();
        using var live = _table.Follow();
        await changing;
        long version = live.Snapshot.Single().Version;
        while (live.Changes.TryRead(out var change))
        {
            Assert.Equal(++version, change.Container!.Version);
        }

        Assert.Equal(501, version);
    }

    [Fact]
    public void Generate_AllTaken_FallsBackToNumbers() =>
        Assert.Matches(@"^[a-z]+-[a-z]+-\d+$", Names.Generate(name => name.Count(c => c == '-') == 1));

    private ContainerEntry Add(string name, string id)
    {
        _table.ClaimName(name, new(id));
        return _table.Add(new(new(id), name, new() { Image = "i", Name = name }, new(ContainerStatus.Created), DateTimeOffset.UnixEpoch, "sha256:0", "true", 1));
    }
}
