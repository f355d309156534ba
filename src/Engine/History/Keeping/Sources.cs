namespace Brig.Engine.History.Keeping;

/// <summary>The table of sources.</summary>
internal static class Sources
{
    /// <summary>All, with how far their chunks reach.</summary>
    public static IEnumerable<(long Number, HistorySource Known)> All(HistoryFile file)
    {
        var ranges = Ranges(file);
        return file.Rows(row => (Number: row.GetInt64(0), Known: EngineJson.Read<HistorySource>(row.GetString(1))), "SELECT Number, Source FROM sources")
            .Select(row => (row.Number, ranges.TryGetValue(row.Number, out var range) ? row.Known with { From = range.From, To = range.To } : row.Known with { From = null, To = null }));
    }

    /// <summary>In the keeper's transaction.</summary>
    public static void Write(HistoryFile file, SourceEntry entry)
    {
        string json = EngineJson.Write(entry.Known);
        if (entry.Number == 0)
        {
            entry.Number = file.Number("INSERT INTO sources (Source) VALUES ($0) RETURNING Number", json);
            return;
        }
        file.Run("UPDATE sources SET Source = $1 WHERE Number = $0", entry.Number, json);
    }

    /// <summary>Removed containers of which nothing is kept any more are forgotten; the others begin where their oldest chunk does.</summary>
    public static void Forget(HistoryFile file, SourceBook book)
    {
        var ranges = Ranges(file);
        foreach (var entry in book.Entries.ToArray())
        {
            bool has = ranges.TryGetValue(entry.Number, out var range);
            if (!has && entry.Known.RemovedAt is not null && entry.Open.Count == 0)
            {
                file.Run("DELETE FROM sources WHERE Number = $0", entry.Number);
                book.Remove(entry);
                continue;
            }
            lock (book.Gate)
            {
                entry.Known = entry.Known with { From = has ? range.From : null, To = has ? range.To : null };
            }
        }
    }

    private static Dictionary<long, (long From, long To)> Ranges(HistoryFile file) => file
        .Rows(row => (Source: row.GetInt64(0), From: row.GetInt64(1), To: row.GetInt64(2)), "SELECT Source, min(FromAt), max(ToAt) FROM chunks GROUP BY Source")
        .ToDictionary(row => row.Source, row => (row.From, row.To));
}
