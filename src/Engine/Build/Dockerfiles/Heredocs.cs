using System.Collections.Immutable;
using System.Text;

namespace Brig.Engine.Build.Dockerfiles;

/// <summary>Finds <c>&lt;&lt;NAME</c> in RUN, COPY and ADD, and takes the lines that belong to it.</summary>
internal static class Heredocs
{
    public static ImmutableArray<Heredoc> Read(string text, int at, char escape, string[] lines, ref int next)
    {
        if (!text.Contains("<<", StringComparison.Ordinal) || !TakesHeredocs(text))
        {
            return [];
        }
        var all = ImmutableArray.CreateBuilder<Heredoc>();
        foreach (var (name, expands, tabs) in Openings(text, escape))
        {
            var content = new StringBuilder();
            var raw = new StringBuilder();
            bool closed = false;
            while (!closed && next < lines.Length)
            {
                string line = lines[next++], shown = tabs ? line.TrimStart('\t') : line;
                raw.Append(line).Append('\n');
                closed = shown == name;
                if (!closed)
                {
                    content.Append(shown).Append('\n');
                }
            }
            all.Add(closed ? new(name, expands, content.ToString(), raw.ToString()) : throw Dockerfile.At(at, $"the heredoc <<{Text.Short(name)} is never closed by a line \"{Text.Short(name)}\""));
        }
        return all.ToImmutable();
    }

    /// <summary>The index just behind a heredoc's opening at <paramref name="i"/>, its name, and how it was written; null when there is none.</summary>
    public static (int End, string Name, bool Expands, bool Tabs)? Opening(string text, int i)
    {
        int word = i;
        while (word > 0 && char.IsAsciiDigit(text[word - 1]))
        {
            word--;   // 3<<NAME is read as descriptor 3
        }
        bool atWord = word == 0 || char.IsWhiteSpace(text[word - 1]) || "|&;".Contains(text[word - 1], StringComparison.Ordinal);
        if (!atWord || i + 2 >= text.Length || text[i] != '<' || text[i + 1] != '<' || text[i + 2] == '<')
        {
            return null;
        }
        i += 2;
        bool tabs = text[i] == '-';
        if (tabs)
        {
            i++;
        }
        var name = new StringBuilder();
        bool quoted = false;
        for (char quote = '\0'; i < text.Length; i++)
        {
            char c = text[i];
            if (quote == '\0' && (char.IsWhiteSpace(c) || "|&;()<>".Contains(c, StringComparison.Ordinal)))
            {
                break;
            }
            if (quote == '\0' ? c is '"' or '\'' : c == quote)
            {
                quote = quote == '\0' ? c : '\0';
                quoted = true;
                continue;
            }
            name.Append(c);
        }
        return name.Length == 0 || (!quoted && char.IsAsciiDigit(name[0])) ? null : (i, name.ToString(), !quoted, tabs);
    }

    private static IEnumerable<(string Name, bool Expands, bool Tabs)> Openings(string text, char escape)
    {
        char quote = '\0';
        for (int i = 0; i < text.Length; i++)
        {
            char c = text[i];
            if (c == escape && quote != '\'')
            {
                i++;
            }
            else if (quote != '\0' ? c == quote : c is '"' or '\'')
            {
                quote = quote == '\0' ? c : '\0';
            }
            else if (quote == '\0' && Opening(text, i) is { } opening)
            {
                yield return (opening.Name, opening.Expands, opening.Tabs);
                i = opening.End - 1;
            }
        }
    }

    private static bool TakesHeredocs(string text) => text.Split((char[])[' ', '\t'], 2)[0].ToUpperInvariant() is "RUN" or "COPY" or "ADD";
}
