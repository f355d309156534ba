using System.Collections.Immutable;
using System.Threading.Channels;

namespace Brig.Engine;

/// <summary>
/// What is, and everything that changes after it, taken under one lock so that nothing falls between the two.
/// Dispose it to stop following.
/// </summary>
/// <param name="Snapshot">What was true at the moment of subscribing.</param>
/// <param name="Changes">What happened since. Bounded; the feed that made it says who loses when it is full.</param>
public sealed record Live<TSnapshot, TChange>(ImmutableArray<TSnapshot> Snapshot, ChannelReader<TChange> Changes, IDisposable Subscription)
    : IDisposable
{
    public void Dispose() => Subscription.Dispose();
}
