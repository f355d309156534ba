using System.Collections.Immutable;
using System.Threading.Channels;
using Brig.Engine;

namespace Brig.Web.Tests.Fakes;

/// <summary>Hands out snapshot and changes as the engine's feeds do, and counts who still follows.</summary>
public sealed class Feed<T>
{
    private readonly List<Channel<T>> _readers = [];

    public int Followers
    {
        get
        {
            lock (_readers)
                return _readers.Count;
        }
    }

    public Live<TSnapshot, T> Follow<TSnapshot>(ImmutableArray<TSnapshot> snapshot)
    {
        // A test writes few changes; one that lags behind 1,024 would rightly fail.
        var channel = Channel.CreateBounded<T>(1024);
        lock (_readers)
            _readers.Add(channel);
        return new(snapshot, channel.Reader, new Unfollow(() => Remove(channel)));
    }

    public void Publish(T change)
    {
        lock (_readers)
        {
            foreach (var reader in _readers)
                Assert.True(reader.Writer.TryWrite(change));
        }
    }

    /// <summary>Ends every reader, as the engine does with one that lags.</summary>
    public void EndAll()
    {
        lock (_readers)
        {
            foreach (var reader in _readers)
                reader.Writer.TryComplete();
        }
    }

    private void Remove(Channel<T> channel)
    {
        lock (_readers)
            _readers.Remove(channel);
    }

    private sealed class Unfollow(Action act) : IDisposable
    {
        public void Dispose() => act();
    }
}
