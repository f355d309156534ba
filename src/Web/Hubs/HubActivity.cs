using System.Collections.Concurrent;

namespace Brig.Web.Hubs;

/// <summary>What the live hub does, counted for those who watch Brig itself.</summary>
internal sealed class HubActivity
{
    private readonly ConcurrentDictionary<string, long> _streams = new();
    private long _connections, _framesSent, _framesDropped, _linesSent, _linesSkipped;

    public long Connections => Interlocked.Read(ref _connections);
    public long FramesSent => Interlocked.Read(ref _framesSent);

    /// <summary>Frames that a viewer never got, because newer ones were there before it could take them.</summary>
    public long FramesDropped => Interlocked.Read(ref _framesDropped);
    public long LinesSent => Interlocked.Read(ref _linesSent);

    /// <summary>Lines that were told to viewers as a number only.</summary>
    public long LinesSkipped => Interlocked.Read(ref _linesSkipped);

    /// <summary>Open ones of each kind that there ever was.</summary>
    public IReadOnlyDictionary<string, long> Streams => _streams;

    public void Connected() => Interlocked.Increment(ref _connections);
    public void Disconnected() => Interlocked.Decrement(ref _connections);
    public void Opened(string kind) => _streams.AddOrUpdate(kind, 1, static (_, count) => count + 1);
    public void Closed(string kind) => _streams.AddOrUpdate(kind, 0, static (_, count) => count - 1);

    public void Sent(long frames, long dropped)
    {
        Interlocked.Add(ref _framesSent, frames);
        Interlocked.Add(ref _framesDropped, dropped);
    }

    public void Told(long lines, long skipped)
    {
        Interlocked.Add(ref _linesSent, lines);
        Interlocked.Add(ref _linesSkipped, skipped);
    }
}
