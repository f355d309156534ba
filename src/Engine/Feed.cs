using System.Collections.Immutable;
using System.Threading.Channels;

namespace Brig.Engine;

/// <summary>Those who follow something. Not locked by itself: its owner calls it under the lock that guards what is followed.</summary>
internal sealed class Feed<T>(Lock gate)
{
    private const int Bound = 1024;

    private readonly List<Channel<T>> _followers = [];

    public void Publish(T change)
    {
        for (int i = _followers.Count - 1; i >= 0; i--)
        {
            if (!_followers[i].Writer.TryWrite(change))
            {
                _followers[i].Writer.Complete();
                _followers.RemoveAt(i);
            }
        }
    }

    public Live<TSnapshot, T> Follow<TSnapshot>(ImmutableArray<TSnapshot> snapshot)
    {
        // A reader this far behind is ended and follows anew: nobody waits for it, and it never misses a change unknowingly.
        var follower = Channel.CreateBounded<T>(new BoundedChannelOptions(Bound) { FullMode = BoundedChannelFullMode.Wait });
        _followers.Add(follower);
        return new(snapshot, follower.Reader, new Subscription(this, follower));
    }

    public void End()
    {
        foreach (var follower in _followers)
        {
            follower.Writer.Complete();
        }
        _followers.Clear();
    }

    private void Remove(Channel<T> follower)
    {
        lock (gate)
        {
            _followers.Remove(follower);
        }
        follower.Writer.TryComplete();
    }

    private sealed class Subscription(Feed<T> feed, Channel<T> follower) : IDisposable
    {
        public void Dispose() => feed.Remove(follower);
    }
}
