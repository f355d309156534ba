using Brig.Engine.History.Packing;

namespace Brig.Engine.History.Keeping;

/// <summary>
/// Makes chunks of the next tier from those of the one below when their hour, half day, or two days, are over: a few sources at each tick, so that no second waits. A chunk says that it is rolled up in the same commit
/// that adds what it became; only then may it be removed.
/// </summary>
internal sealed class Roller(HistoryFile file, ChunkCoder coder, TimeProvider time)
{
    private const long Hour = 3_600_000;

    private static readonly TimeSpan PerTick = TimeSpan.FromMilliseconds(40);

    private readonly Queue<(long Source, Tier Tier)> _due = new();
    private long _at;

    /// <summary>Milliseconds of time in one chunk of the next tier.</summary>
    private static long Span(Tier tier) => Hour * (tier switch { Tier.Second => 1, Tier.TenSeconds => 12, _ => 48 });

    /// <summary>Looks for what is over; whatever its time, also one that the clock has gone back from.</summary>
    public void Look(long now)
    {
        _at = now;
        if (_due.Count > 0)
        {
            return;
        }
        foreach (var tier in Tiers.All.Where(tier => tier != Tiers.Coarsest))
        {
            foreach (long source in file.Rows(row => row.GetInt64(0), "SELECT DISTINCT Source FROM chunks WHERE Rolled = 0 AND Tier = $0 AND ToAt / $1 <> $2 / $1", (long)tier, Span(tier), now))
            {
                _due.Enqueue((source, tier));
            }
        }
    }

    /// <summary>As much of it as fits between two ticks.</summary>
    /// <param name="isMachine">Whether a source is the machine; null: it is forgotten.</param>
    public void Work(Func<long, bool?> isMachine)
    {
        if (_due.Count == 0)
        {
            return;
        }
        long start = time.GetTimestamp();
        file.Commit(() =>
        {
            while (time.GetElapsedTime(start) < PerTick && _due.TryDequeue(out var next))
            {
                if (isMachine(next.Source) is { } machine)
                {
                    Roll(next.Source, next.Tier, machine);
                }
            }
        });
    }

    /// <summary>Null: it is damaged, and the others go on without it.</summary>
    private Block? TryRead(byte[] data, Tier tier)
    {
        try
        {
            return coder.Read(data, tier, null);
        }
        catch (InvalidDataException)
        {
            return null;
        }
    }

    private void Roll(long source, Tier tier, bool isMachine)
    {
        var chunks = file.Rows(row => (Id: row.GetInt64(0), Data: (byte[])row.GetValue(1)),
            "SELECT Id, Data FROM chunks WHERE Rolled = 0 AND Tier = $0 AND Source = $1 AND ToAt / $2 <> $3 / $2 ORDER BY Id", (long)tier, source, Span(tier), _at);
        foreach (var rows in Rolling.Roll(chunks.Select(chunk => TryRead(chunk.Data, tier)).OfType<Block>(), tier.Next()))
        {
            Chunks.Insert(file, source, rows, coder.Write(rows, Columns.Of(isMachine)));
        }
        foreach (var (id, _) in chunks)
        {
            file.Run("UPDATE chunks SET Rolled = 1 WHERE Id = $0", id);
        }
    }
}
