namespace Brig.Engine.Networks.Dns;

/// <summary>How many queries of one container are answered in a second: what the engine does for it is not counted as the container's own work.</summary>
internal sealed class Pace(TimeProvider time)
{
    private const int MostASecond = 10_000;

    private static readonly TimeSpan Slice = TimeSpan.FromMilliseconds(100);

    private long _begin;
    private int _count;

    /// <summary>How long to read nothing more; meanwhile the container's own socket buffer fills, and loses what is too much.</summary>
    public TimeSpan Take()
    {
        if (++_count % 32 != 0)
        {
            return TimeSpan.Zero;
        }
        var elapsed = time.GetElapsedTime(_begin);
        if (_begin == 0 || elapsed >= Slice)
        {
            (_begin, _count) = (time.GetTimestamp(), 0);
            return TimeSpan.Zero;
        }
        return _count < MostASecond * Slice.TotalSeconds ? TimeSpan.Zero : Slice - elapsed;
    }
}
