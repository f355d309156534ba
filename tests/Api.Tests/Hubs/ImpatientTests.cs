using System.Runtime.CompilerServices;
using Brig.Engine;
using Brig.Web.Hubs;

namespace Brig.Api.Tests.Hubs;

public sealed class ImpatientTests
{
    private static readonly TimeSpan Long = TimeSpan.FromSeconds(60);

    private readonly TaskCompletionSource _ended = new();

    [Fact]
    public async Task Read_ViewerTakesAll_GetsAll()
    {
        var got = new List<int>();
        await foreach (int number in Impatient.Read(Numbers(1000), Long, TimeProvider.System, default))
            got.Add(number);

        Assert.Equal(Enumerable.Range(0, 1000), got);
        await _ended.Task.WaitAsync(Long);
    }

    [Fact]
    public async Task Read_ViewerStopsTaking_TheSourceEndsAndItIsTold()
    {
        await using var items = Impatient.Read(Numbers(1000), TimeSpan.FromMilliseconds(50), TimeProvider.System, default).GetAsyncEnumerator();
        Assert.True(await items.MoveNextAsync());

        await _ended.Task.WaitAsync(Long);   // while nobody asks for the next

        var told = await Assert.ThrowsAsync<EngineException>(async () =>
        {
            while (await items.MoveNextAsync())
            {
            }
        });
        Assert.Equal(EngineErrorKind.Unavailable, told.Kind);
    }

    [Fact]
    public async Task Read_ViewerLeaves_TheSourceEnds()
    {
        await foreach (int _ in Impatient.Read(Numbers(1000), Long, TimeProvider.System, default))
            break;

        await _ended.Task.WaitAsync(Long);
    }

    private async IAsyncEnumerable<int> Numbers(int count, [EnumeratorCancellation] CancellationToken stop = default)
    {
        try
        {
            for (int i = 0; i < count; i++)
            {
                await Task.Yield();
                stop.ThrowIfCancellationRequested();
                yield return i;
            }
        }
        finally
        {
            _ended.SetResult();
        }
    }
}
