using System.Collections.Immutable;

namespace Brig.Web.Components.Parts.Tabs.Isolation;

/// <summary>A line of one side and the line of the other that tells the same thing; null: it is told on one side only.</summary>
public sealed record LinePair(string? Inside, string? Outside)
{
    public bool Same => Inside == Outside;
}

/// <summary>Which lines of two answers to the same question belong together.</summary>
public static class LinePairs
{
    /// <param name="key">Of a <see cref="Brig.Engine.Isolation.ViewSection"/>.</param>
    public static ImmutableArray<LinePair> Of(string key, string inside, string outside)
    {
        var theirs = Keyed(key, outside);
        var left = theirs.ToDictionary(line => line.Key, line => line.Text);
        List<LinePair> pairs = [];
        foreach (var (name, text) in Keyed(key, inside))
        {
            pairs.Add(new(text, left.Remove(name, out var other) ? other : null));
        }
        pairs.AddRange(theirs.Where(line => left.ContainsKey(line.Key)).Select(line => new LinePair(null, line.Text)));
        return [.. pairs];
    }

    /// <summary>A line in words, each with whether the other line has it in the same place.</summary>
    public static IEnumerable<(string Text, bool Differs)> Words(string line, string? other)
    {
        var theirs = other?.Split((char[])[' ', '\t'], StringSplitOptions.RemoveEmptyEntries) ?? [];
        int word = 0, from = 0;
        while (from < line.Length)
        {
            int blank = from;
            while (blank < line.Length && line[blank] is ' ' or '\t')
                blank++;
            int end = blank;
            while (end < line.Length && line[end] is not (' ' or '\t'))
                end++;
            if (blank > from)
                yield return (line[from..blank], false);
            if (end > blank)
                yield return (line[blank..end], other is not null && (word >= theirs.Length || theirs[word] != line[blank..end]));
            word++;
            from = end;
        }
    }

    /// <summary>Every line with a name that no other of its side has.</summary>
    private static List<(string Key, string Text)> Keyed(string key, string text)
    {
        List<(string, string)> lines = [];
        Dictionary<string, int> seen = [];
        string link = "";
        foreach (string line in text.Split('\n').Where(line => line.Length > 0))
        {
            string name = key switch
            {
                "status" => line.Split(':', 2)[0],
                "ps" => Rest(line, 4),
                "mount" => line.IndexOf(" on ", StringComparison.Ordinal) is var on and >= 0 ? line[on..line.LastIndexOf(" type ", StringComparison.Ordinal).Clamp(on, line.Length)] : line,
                "ip" => char.IsAsciiDigit(line[0]) ? link = Word(line, 1) : $"{link} {Word(line, 0)}",
                _ => "",
            };
            int before = seen[name] = seen.GetValueOrDefault(name) + 1;
            lines.Add(($"{before} {name}", line));
        }
        return lines;
    }

    private static int Clamp(this int value, int least, int most) => Math.Clamp(value, least, most);

    private static string Word(string line, int index) => line.Split(' ', StringSplitOptions.RemoveEmptyEntries).ElementAtOrDefault(index) ?? "";

    /// <summary>What follows the first words: a command, whatever it is.</summary>
    private static string Rest(string line, int words) => string.Join(' ', line.Split(' ', StringSplitOptions.RemoveEmptyEntries).Skip(words));
}
