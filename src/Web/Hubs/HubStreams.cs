using System.Runtime.CompilerServices;
using Microsoft.AspNetCore.SignalR;

namespace Brig.Web.Hubs;

/// <summary>What all streams of a connection share: how many there may be, and how they say what went wrong.</summary>
internal static class HubStreams
{
    /// <summary>A page has one of metrics, one of events, and one for each log and terminal it shows.</summary>
    public const int MaxPerConnection = 64;

    private static readonly object Key = new();

    public static async IAsyncEnumerable<T> Limit<T>(
        HubCallerContext connection, EngineErrors errors, HubActivity activity, string kind, IAsyncEnumerable<T> source, [EnumeratorCancellation] CancellationToken stop = default)
    {
        var count = CountOf(connection);
        if (Interlocked.Increment(ref count.Value) > MaxPerConnection)
        {
            Interlocked.Decrement(ref count.Value);
            throw new HubException($"One page can follow {MaxPerConnection} streams at once; close some.");
        }
        activity.Opened(kind);
        try
        {
            await using var items = source.GetAsyncEnumerator(stop);
            while (await NextAsync(items, errors))
                yield return items.Current;
        }
        finally
        {
            activity.Closed(kind);
            Interlocked.Decrement(ref count.Value);
        }
    }

    /// <summary>SignalR shows the sentence of a HubException and hides every other's.</summary>
    private static async ValueTask<bool> NextAsync<T>(IAsyncEnumerator<T> items, EngineErrors errors)
    {
        try
        {
            return await items.MoveNextAsync();
        }
        catch (Exception e) when (errors.Translate(e) is { } told)
        {
            throw told;
        }
    }

    private static Counter CountOf(HubCallerContext connection)
    {
        lock (connection.Items)
        {
            if (connection.Items.TryGetValue(Key, out object? known))
                return (Counter)known!;
            var made = new Counter();
            connection.Items[Key] = made;
            return made;
        }
    }

    private sealed class Counter
    {
        public int Value;
    }
}
