using System.Collections.Immutable;
using Brig.Engine.Containers;
using Brig.Engine.Logs;

namespace Brig.Engine.PostMortems;

/// <summary>The last lines a run wrote: at most 100, at most 4,096 characters of each, at most 64 Ki characters of all.</summary>
internal sealed class LastLines(EnginePaths paths)
{
    private const int Most = 100, Longest = 4096, MostCharacters = 64 * 1024;

    /// <param name="next">When the next run began; null: it has not.</param>
    public ImmutableArray<LastLine> Read(ContainerId id, RunEnd end, DateTimeOffset? next)
    {
        var query = new LogQuery { Tail = Most, SkipBeyond = Most, Since = end.StartedAt, Until = next };
        try
        {
            using var walk = new LogWalk(paths.Container(id) + "/log", query);
            var newest = new Queue<LogLine>();
            while (walk.Next() is { } batch)
            {
                foreach (var line in batch.Lines)
                {
                    newest.Enqueue(line);
                    if (newest.Count > Most)
                    {
                        newest.Dequeue();
                    }
                }
            }
            return Cut(newest);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return [];   // it was removed meanwhile, or never wrote
        }
    }

    private static ImmutableArray<LastLine> Cut(IEnumerable<LogLine> lines)
    {
        var kept = new List<LastLine>();
        int characters = 0;
        foreach (var line in lines.Reverse())
        {
            string text = line.Text.Length > Longest ? line.Text[..Longest] + "…" : line.Text;
            characters += text.Length;
            if (characters > MostCharacters)
            {
                break;
            }
            kept.Add(new(DateTimeOffset.UnixEpoch.AddTicks(line.Nanoseconds / 100), line.Stream, text, line.Position.ToString()));
        }
        kept.Reverse();
        return [.. kept];
    }
}
