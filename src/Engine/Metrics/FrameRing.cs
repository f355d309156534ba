using System.Collections.Immutable;
using System.Threading.Channels;

namespace Brig.Engine.Metrics;

/// <summary>The last frames, and those who follow: snapshot and subscription are taken under one lock.</summary>
internal sealed class FrameRing
{
    public const int Capacity = 600;

    private readonly Lock _gate = new();
    private readonly Queue<MetricsFrame> _frames = new(Capacity);
    private readonly List<ChannelWriter<MetricsFrame>> _followers = [];
    private volatile MetricsFrame? _latest;
    private long _dropped;

    public MetricsFrame? Latest => _latest;

    /// <summary>Frames that followers lost because they did not take them in time.</summary>
    public long Dropped => Interlocked.Read(ref _dropped);

    public bool HasFollowers
    {
        get
        {
            lock (_gate)
            {
                return _followers.Count > 0;
            }
        }
    }

    public void Add(MetricsFrame frame)
    {
        lock (_gate)
        {
            if (_frames.Count == Capacity)
            {
                _frames.Dequeue();
            }
            _frames.Enqueue(frame);
            _latest = frame;
            foreach (ChannelWriter<MetricsFrame> follower in _followers)
            {
                follower.TryWrite(frame);
            }
        }
    }

    /// <param name="behind">Frames that wait for a reader who is slow.</param>
    public Live<MetricsFrame, MetricsFrame> Follow(int history, int behind = 2)
    {
        // Only the newest frames matter; a slow reader loses old ones and nobody waits.
        var channel = Channel.CreateBounded<MetricsFrame>(new BoundedChannelOptions(behind) { FullMode = BoundedChannelFullMode.DropOldest, SingleReader = true },
            _ => Interlocked.Increment(ref _dropped));
        lock (_gate)
        {
            _followers.Add(channel.Writer);
            ImmutableArray<MetricsFrame> snapshot = [.. _frames.Skip(_frames.Count - Math.Clamp(history, 0, _frames.Count))];
            return new(snapshot, channel.Reader, new Subscription(this, channel.Writer));
        }
    }

    /// <summary>Ends every follower's channel.</summary>
    public void Complete()
    {
        lock (_gate)
        {
            _followers.ForEach(follower => follower.TryComplete());
            _followers.Clear();
        }
    }

    private sealed class Subscription(FrameRing ring, ChannelWriter<MetricsFrame> follower) : IDisposable
    {
        public void Dispose()
        {
            lock (ring._gate)
            {
                ring._followers.Remove(follower);
            }
            follower.TryComplete();
        }
    }
}
