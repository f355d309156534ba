using Brig.Engine.Containers;
using Brig.Engine.PostMortems;
using Brig.Engine.State;
using Brig.Engine.Tests.History.Keeping;
using Brig.Tests;
using Microsoft.Extensions.Logging.Abstractions;

namespace Brig.Engine.Tests.PostMortems;

public sealed class PostMortemTableTests : IDisposable
{
    private const long Day = 86_400_000;

    private readonly TempFolder _temp = new();
    private readonly WallTime _time = new() { Now = 1_795_305_600_000 };
    private readonly Store _store;
    private readonly PostMortemTable _table;

    public PostMortemTableTests()
    {
        _store = new(new(new EngineOptions { Root = _temp.Path }));
        _store.Open();
        _table = new(_store, _time, NullLogger<PostMortemTable>.Instance);
        _table.Open();
    }

    public void Dispose()
    {
        _store.Dispose();
        _temp.Dispose();
    }

    [Fact]
    public async Task KeepAsync_ClockSetForwardAYear_NothingIsLost()
    {
        await EndAsync("a");
        _time.Now += Day;
        await EndAsync("b");
        _time.Now += 365 * Day;
        await EndAsync("c");
        _time.Now -= 365 * Day;
        await EndAsync("d");
        Assert.Equal(["a", "b", "c", "d"], Kept());
    }

    [Fact]
    public async Task KeepAsync_OlderThanAMonth_Goes()
    {
        await EndAsync("a");
        for (int hour = 0; hour < 30 * 24; hour++)
            _time.Now += Day / 24 - 1;
        await EndAsync("b");
        Assert.Equal(["a", "b"], Kept());
        _time.Now += Day / 24 - 1;
        await EndAsync("c");
        Assert.Equal(["b", "c"], Kept());
    }

    private IEnumerable<string> Kept() => _table.List(_ => true, 100).Select(one => one.Id).Order();

    private Task EndAsync(string id) => _table.KeepAsync(new()
    {
        Id = id, Container = ContainerId.New(), Name = id, Image = "image", CommandLine = "sh", Kind = default, By = default, At = _time.GetUtcNow(), Verdict = "It ended.",
    });
}
