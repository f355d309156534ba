using Brig.Engine.History.Packing;

namespace Brig.Engine.History.Keeping;

/// <summary>One source in memory: what it is, its newest seconds, and its numbers in database and journal. Guarded by the book's lock, but for what only the keeper touches.</summary>
internal sealed class SourceEntry(HistorySource known)
{
    /// <summary>Its times too, as of what is in chunks.</summary>
    public HistorySource Known { get; set; } = known;

    public OpenRows Open { get; } = new();

    /// <summary>In the database; 0: not yet. The keeper's.</summary>
    public long Number { get; set; }

    /// <summary>In the journal; -1: not yet in this one. The keeper's.</summary>
    public int InJournal { get; set; } = -1;

    /// <summary>The database does not have it as it is. The keeper's.</summary>
    public bool IsChanged { get; set; } = true;

    /// <summary>With the seconds that are no chunk yet.</summary>
    public HistorySource Now => Open.Count == 0 ? Known : Known with { From = Math.Min(Known.From ?? Open.From, Open.From), To = Math.Max(Known.To ?? Open.To, Open.To) };
}
