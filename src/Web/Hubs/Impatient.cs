using System.Runtime.CompilerServices;
using System.Threading.Channels;
using Brig.Engine;

namespace Brig.Web.Hubs;

/// <summary>For what holds one of few places while it is read: a viewer that stops taking what it asked for loses it, and the place is free.</summary>
internal static class Impatient
{
    /// <param name="limit">Longest that one item may wait to be taken.</param>
    /// <exception cref="EngineException">Unavailable: it waited longer.</exception>
    public static async IAsyncEnumerable<T> Read<T>(IAsyncEnumerable<T> source, TimeSpan limit, TimeProvider time, [EnumeratorCancellation] CancellationToken stop)
    {
        // The source waits for the viewer, and no longer than the limit.
        var taken = Channel.CreateBounded<T>(new BoundedChannelOptions(1) { SingleReader = true, SingleWriter = true });
        using var ends = CancellationTokenSource.CreateLinkedTokenSource(stop);
        var copying = CopyAsync(source, taken.Writer, limit, time, ends.Token);
        try
        {
            await foreach (var item in taken.Reader.ReadAllAsync(stop))
                yield return item;
        }
        finally
        {
            await ends.CancelAsync();
            await copying;
        }
    }

    private static async Task CopyAsync<T>(IAsyncEnumerable<T> source, ChannelWriter<T> to, TimeSpan limit, TimeProvider time, CancellationToken stop)
    {
        try
        {
            await foreach (var item in source.WithCancellation(stop))
                await to.WriteAsync(item, stop).AsTask().WaitAsync(limit, time, stop);
            to.TryComplete();
        }
        catch (TimeoutException)
        {
            to.TryComplete(EngineException.Unavailable($"Nobody took what was found for {limit.TotalSeconds:0} seconds, so the search ended; search again."));
        }
        catch (Exception e)
        {
            to.TryComplete(e);
        }
    }
}
