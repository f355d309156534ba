namespace Brig.Web.Api.Docker;

/// <summary>Go's path.Match: <c>*</c> and <c>?</c> do not go over a slash; <c>[a-z]</c>, <c>[^a-z]</c>, and <c>\</c> before what is meant as it stands.</summary>
internal static class GoPattern
{
    /// <summary>By going back to the last <c>*</c> only, so that a hostile pattern costs the product of both lengths and not more.</summary>
    public static bool Matches(ReadOnlySpan<char> text, ReadOnlySpan<char> pattern)
    {
        int t = 0, p = 0, star = -1, from = 0;
        while (t < text.Length)
        {
            if (p < pattern.Length && pattern[p] == '*')
            {
                (star, from) = (p++, t);
            }
            else if (p < pattern.Length && One(text[t], pattern[p..], out int length))
            {
                (t, p) = (t + 1, p + length);
            }
            else if (star >= 0 && text[from] != '/')
            {
                (p, t) = (star + 1, ++from);
            }
            else
            {
                return false;
            }
        }
        return pattern[p..].TrimStart('*').IsEmpty;
    }

    /// <param name="length">Of the pattern's part that stands for one character.</param>
    private static bool One(char c, ReadOnlySpan<char> pattern, out int length)
    {
        length = 1;
        switch (pattern[0])
        {
            case '?':
                return c != '/';
            case '[':
                int end = pattern[1..].IndexOf(']');
                if (end < 1)
                {
                    return false;   // no end, or nothing in it
                }
                length = end + 2;
                var set = pattern.Slice(1, end);
                bool isNot = set[0] == '^';
                return In(c, isNot ? set[1..] : set) != isNot && c != '/';
            case '\\' when pattern.Length > 1:
                length = 2;
                return c == pattern[1];
            default:
                return c == pattern[0];
        }
    }

    private static bool In(char c, ReadOnlySpan<char> set)
    {
        for (int i = 0; i < set.Length; i++)
        {
            if (i + 2 < set.Length && set[i + 1] == '-')
            {
                if (c >= set[i] && c <= set[i + 2])
                {
                    return true;
                }
                i += 2;
            }
            else if (c == set[i])
            {
                return true;
            }
        }
        return false;
    }
}
