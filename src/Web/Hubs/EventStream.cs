using System.Collections.Immutable;
using System.Runtime.CompilerServices;
using Brig.Engine.Events;

namespace Brig.Web.Hubs;

internal static class EventStream
{
    private const int MaxTail = 10_000;

    /// <summary>What is kept, then what happens, all that is there at once in one message. A viewer that fell too far behind follows anew from the last it saw.</summary>
    public static async IAsyncEnumerable<ImmutableArray<EngineEvent>> Read(IEvents events, int tail, long after, [EnumeratorCancellation] CancellationToken stop)
    {
        tail = Math.Clamp(tail, 0, MaxTail);
        while (!stop.IsCancellationRequested)
        {
            using var live = events.Follow(tail, after);
            if (live.Snapshot.Length > 0)
            {
                after = live.Snapshot[^1].Sequence;
                yield return live.Snapshot;
            }
            while (await live.Changes.WaitToReadAsync(stop))
            {
                var batch = ImmutableArray.CreateBuilder<EngineEvent>();
                while (live.Changes.TryRead(out var happened))
                    batch.Add(happened);
                if (batch.Count == 0)
                    continue;
                after = batch[^1].Sequence;
                yield return batch.DrainToImmutable();
            }
            tail = MaxTail;
        }
    }
}
