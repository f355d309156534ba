using System.Collections.Immutable;
using System.Runtime.CompilerServices;
using Brig.Engine.Containers;
using Brig.Engine.Isolation;

namespace Brig.Web.Hubs;

/// <param name="All">These are all there are: what was sent before does not hold any more.</param>
internal sealed record DenialPush(bool All, ImmutableArray<Denial> Denials);

internal static class DenialStream
{
    /// <summary>What was denied since the container's start, then what changes. A start ends the engine's feed: it is followed anew, and begins with all.</summary>
    public static async IAsyncEnumerable<DenialPush> Read(IContainers containers, IDenials denials, string id, TimeProvider time, [EnumeratorCancellation] CancellationToken stop)
    {
        var container = containers.Get(id).Id;
        while (!stop.IsCancellationRequested)
        {
            using var live = denials.Follow(container);
            yield return new(All: true, live.Snapshot);
            while (await live.Changes.WaitToReadAsync(stop))
            {
                var batch = ImmutableArray.CreateBuilder<Denial>();
                while (live.Changes.TryRead(out var denied))
                    batch.Add(denied);
                if (batch.Count > 0)
                    yield return new(All: false, batch.DrainToImmutable());
            }
            await Task.Delay(Pause, time, stop);   // a container that restarts in a circle does not make this one spin
        }
    }

    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(250);
}
