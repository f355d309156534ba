namespace Brig.Engine.Build.Dockerfiles;

/// <summary>Patterns over paths, part by part (Go's filepath.Match, and <c>**</c>).</summary>
internal static class PathPattern
{
    /// <summary>COPY's sources: no <c>**</c> there.</summary>
    public static bool IsPattern(string path) => path.AsSpan().IndexOfAny("*?[") >= 0;

    /// <summary>Both cut at their slashes. By going back to the last <c>**</c> only, so that a hostile pattern costs the product of both lengths and not more.</summary>
    public static bool Matches(ReadOnlySpan<string> path, ReadOnlySpan<string> pattern)
    {
        int t = 0, p = 0, star = -1, from = 0;
        while (t < path.Length)
        {
            if (p < pattern.Length && pattern[p] == "**")
            {
                star = p++;
                from = t;
            }
            else if (p < pattern.Length && Name(path[t], pattern[p]))
            {
                t++;
                p++;
            }
            else if (star >= 0)
            {
                p = star + 1;
                t = ++from;
            }
            else
            {
                return false;
            }
        }
        while (p < pattern.Length && pattern[p] == "**")
        {
            p++;
        }
        return p == pattern.Length;
    }

    /// <summary>One name against one part of a pattern; it too goes back to the last star only.</summary>
    public static bool Name(ReadOnlySpan<char> name, ReadOnlySpan<char> pattern)
    {
        int t = 0, p = 0, star = -1, from = 0;
        while (t < name.Length)
        {
            if (p < pattern.Length && pattern[p] == '*')
            {
                star = p++;
                from = t;
            }
            else if (p < pattern.Length && One(name[t], pattern, p, out int width))
            {
                t++;
                p += width;
            }
            else if (star >= 0)
            {
                p = star + 1;
                t = ++from;
            }
            else
            {
                return false;
            }
        }
        return pattern[p..].TrimStart('*').IsEmpty;
    }

    private static bool One(char c, ReadOnlySpan<char> pattern, int p, out int width)
    {
        width = 1;
        if (pattern[p] == '\\' && p + 1 < pattern.Length)
        {
            width = 2;
            return pattern[p + 1] == c;
        }
        return pattern[p] switch
        {
            '?' => true,
            '[' => Range(c, pattern[p..], out width),
            var plain => plain == c,
        };
    }

    /// <summary>At a <c>[</c>; one that is never closed is itself.</summary>
    private static bool Range(char c, ReadOnlySpan<char> pattern, out int width)
    {
        int close = pattern[1..].IndexOf(']') + 1;
        width = close > 1 ? close + 1 : 1;
        if (close <= 1)
        {
            return c == '[';
        }
        var set = pattern[1..close];
        bool not = set[0] is '^' or '!';
        bool found = false;
        for (int i = not ? 1 : 0; i < set.Length; i++)
        {
            bool range = i + 2 < set.Length && set[i + 1] == '-';
            found |= range ? set[i] <= c && c <= set[i + 2] : set[i] == c;
            i += range ? 2 : 0;
        }
        return found != not;
    }
}
