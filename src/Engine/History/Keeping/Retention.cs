namespace Brig.Engine.History.Keeping;

/// <summary>
/// Removes what is too old, and the oldest of all when the quota is full. What is too old is told by a horizon that never moves faster than twice the time that really passed: a clock that is set forward by a
/// year, and back an hour later, has cost two hours of the oldest and not the month.
/// </summary>
internal sealed class Retention(HistoryFile file, TimeProvider time, long quota)
{
    /// <summary>Marks of a container that starts anew every second for a month would be millions.</summary>
    private const long MostMarks = 200_000;

    /// <summary>It shall not push out those of the others.</summary>
    private const long MostOfOne = 20_000;

    private static readonly TimeSpan BetweenPasses = TimeSpan.FromMinutes(5);

    private long? _lastPass;

    /// <summary>On the disk, as far as it is filled.</summary>
    public long Bytes => (file.Number("PRAGMA page_count") - file.Number("PRAGMA freelist_count")) * file.Number("PRAGMA page_size");

    /// <param name="now">Unix milliseconds.</param>
    public void Pass(long now)
    {
        var passed = _lastPass is { } last ? time.GetElapsedTime(last) : BetweenPasses;
        _lastPass = time.GetTimestamp();
        file.Commit(() =>
        {
            foreach (var tier in Tiers.All)
            {
                long horizon = Advance(tier, now - (long)tier.Kept().TotalMilliseconds, passed);
                file.Run("DELETE FROM chunks WHERE Rolled = 1 AND Tier = $0 AND ToAt < $1", (long)tier, horizon);
                if (tier == Tier.Minute)
                {
                    file.Run("DELETE FROM marks WHERE At < $0", horizon);
                }
            }
            if (file.Number("SELECT count(*) FROM marks") > MostOfOne)
            {
                file.Run("DELETE FROM marks WHERE Sequence IN (SELECT Sequence FROM (SELECT Sequence, row_number() OVER (PARTITION BY Source ORDER BY Sequence DESC) AS Place FROM marks) WHERE Place > $0)", MostOfOne);
            }
            file.Run("DELETE FROM marks WHERE Sequence <= (SELECT Sequence FROM marks ORDER BY Sequence DESC LIMIT 1 OFFSET $0)", MostMarks);
        });
        KeepToQuota();
        file.Run("PRAGMA incremental_vacuum(4096)");
    }

    /// <summary>What is kept of it goes after the clock no faster in either direction, so that an hour in 1970 costs two and it does not begin there; nothing younger than the clock says is too old.</summary>
    private long Advance(Tier tier, long target, TimeSpan passed)
    {
        string key = "horizon" + (int)tier;
        long before = file.Number("SELECT Value FROM meta WHERE Key = $0", key), step = 2 * (long)passed.TotalMilliseconds;
        long horizon = before == 0 ? target : before + Math.Clamp(target - before, -step, step);
        file.Run("INSERT INTO meta (Key, Value) VALUES ($0, $1) ON CONFLICT (Key) DO UPDATE SET Value = excluded.Value", key, horizon);
        return Math.Min(horizon, target);
    }

    private void KeepToQuota()
    {
        while (Bytes > quota)
        {
            long before = file.Number("SELECT count(*) FROM chunks");
            if (before == 0)
            {
                return;
            }
            // A hundredth of them at a time, those that were written first.
            file.Run("DELETE FROM chunks WHERE Id IN (SELECT Id FROM chunks ORDER BY Id LIMIT $0)", Math.Max(1, before / 100));
        }
    }
}
