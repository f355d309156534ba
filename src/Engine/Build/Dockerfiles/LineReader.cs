using System.Collections.Immutable;
using System.Text;

namespace Brig.Engine.Build.Dockerfiles;

/// <summary>An instruction's lines as one, without its comments, and the heredocs it opened.</summary>
/// <param name="At">The first line, from 1.</param>
internal sealed record LogicalLine(int At, string Text, ImmutableArray<Heredoc> Heredocs);

/// <summary>From the file's text to logical lines: directives, comments, continuations, heredocs.</summary>
internal static class LineReader
{
    /// <summary>A Dockerfile is read whole; ten thousand lines of a thousand characters fit.</summary>
    public const int LongestText = 10 * 1024 * 1024;

    public static (ImmutableArray<LogicalLine> Lines, char Escape) Read(string text)
    {
        if (text.Length > LongestText)
        {
            throw EngineException.Invalid($"The Dockerfile has {text.Length} characters; at most {LongestText} are read.");
        }
        if (text.Contains('\0', StringComparison.Ordinal))
        {
            throw EngineException.Invalid("The Dockerfile contains a zero character: it is not a text file.");
        }
        var lines = text.TrimStart('\uFEFF').Split('\n');
        for (int i = 0; i < lines.Length; i++)
        {
            lines[i] = lines[i].TrimEnd('\r');
        }
        char escape = Directives.Escape(lines);
        var result = ImmutableArray.CreateBuilder<LogicalLine>();
        for (int at = 0; at < lines.Length;)
        {
            if (IsCommentOrEmpty(lines[at]))
            {
                at++;
                continue;
            }
            int first = at;
            string whole = Continued(lines, escape, ref at);
            result.Add(new(first + 1, whole, Heredocs.Read(whole, first + 1, escape, lines, ref at)));
        }
        return (result.ToImmutable(), escape);
    }

    /// <summary>Comments and empty lines between continued lines are left out, as they always were.</summary>
    private static string Continued(string[] lines, char escape, ref int at)
    {
        var whole = new StringBuilder();
        bool open = true;
        for (; open && at < lines.Length; at++)
        {
            string line = whole.Length == 0 ? lines[at].TrimStart() : lines[at];
            if (whole.Length > 0 && IsCommentOrEmpty(line))
            {
                continue;
            }
            open = Continues(line, escape, out int end);
            whole.Append(line.AsSpan(0, end));
        }
        return whole.ToString().TrimEnd();
    }

    /// <summary>The last character but blanks is an escape that is not itself escaped.</summary>
    private static bool Continues(string line, char escape, out int end)
    {
        end = line.Length;
        int last = line.AsSpan().TrimEnd(" \t").Length - 1;
        if (last < 0 || line[last] != escape || (last > 0 && line[last - 1] == escape))
        {
            return false;
        }
        end = last;
        return true;
    }

    private static bool IsCommentOrEmpty(string line)
    {
        var text = line.AsSpan().TrimStart();
        return text.IsEmpty || text[0] == '#';
    }
}
