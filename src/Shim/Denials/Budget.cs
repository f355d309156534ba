namespace Brig.Shim.Denials;

/// <summary>
/// How many denials are answered: each costs the shim some microseconds, and those are the host's, not the container's. So many at once, so many a second
/// after that: at most half a percent of one core. Who wants more waits for it; a signal ends the wait.
/// </summary>
internal struct Budget(long now)
{
    public const int AtOnce = 1000, ASecond = 500;
    private const long Each = 1_000_000_000 / ASecond;   // nanoseconds
    private long _left = AtOnce;
    private long _since = now;

    public bool Take(long now)
    {
        var earned = (now - _since) / Each;
        if (earned > 0)
        {
            _left = Math.Min(AtOnce, _left + earned);
            _since += earned * Each;
        }
        if (_left == 0)
            return false;
        _left--;
        return true;
    }
}
