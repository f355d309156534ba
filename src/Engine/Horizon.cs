namespace Brig.Engine;

/// <summary>
/// Before which time what is kept is too old. It never goes on faster than twice the time that really passed, so that a clock that is set forward by a year, and back an hour later, has cost two hours of the
/// oldest and not all. It needs no place on the disk: after a start it is at the oldest that is kept. Calls from one thread at a time.
/// </summary>
internal sealed class Horizon(TimeProvider time, TimeSpan keep)
{
    /// <summary>However long nobody looked.</summary>
    private static readonly TimeSpan MostAhead = TimeSpan.FromHours(1);

    private long? _lookedAt;
    private DateTimeOffset _at;

    /// <param name="oldest">When the oldest that is kept was made; null: nothing is kept.</param>
    public DateTimeOffset Look(DateTimeOffset? oldest)
    {
        var target = time.GetUtcNow() - keep;
        if (_lookedAt is { } last)
        {
            var passed = time.GetElapsedTime(last);
            var reached = _at + passed + (passed < MostAhead ? passed : MostAhead);
            // It was made before the true now: up to there it is safe, also when a clock that had begun in 1970 was set right.
            var safe = oldest is { } made && made - keep > reached ? made - keep : reached;
            _at = safe < target ? safe : target;
        }
        else
        {
            _at = oldest is { } made && made < target ? made : target;
        }
        _lookedAt = time.GetTimestamp();
        return _at;
    }
}
