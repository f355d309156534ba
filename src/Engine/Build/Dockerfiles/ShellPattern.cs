namespace Brig.Engine.Build.Dockerfiles;

/// <summary>The shell's patterns in variables: <c>*</c>, <c>?</c>, <c>[a-z]</c>, and <c>\</c> before what is meant as it stands.</summary>
internal static class ShellPattern
{
    public static string TrimStart(string value, string pattern, bool longest)
    {
        for (int n = 0; n <= value.Length; n++)
        {
            int length = longest ? value.Length - n : n;
            if (Matches(value.AsSpan(0, length), pattern))
            {
                return value[length..];
            }
        }
        return value;
    }

    public static string TrimEnd(string value, string pattern, bool longest)
    {
        for (int n = 0; n <= value.Length; n++)
        {
            int start = longest ? n : value.Length - n;
            if (Matches(value.AsSpan(start), pattern))
            {
                return value[..start];
            }
        }
        return value;
    }

    /// <summary>The longest match from the left, as bash does it.</summary>
    public static string Replace(string value, string pattern, string replacement, bool all)
    {
        if (pattern.Length == 0)
        {
            return value;
        }
        var result = new System.Text.StringBuilder();
        int at = 0;
        while (at < value.Length)
        {
            int length = value.Length - at;
            while (length > 0 && !Matches(value.AsSpan(at, length), pattern))
            {
                length--;
            }
            if (length == 0)
            {
                result.Append(value[at++]);
                continue;
            }
            result.Append(replacement);
            at += length;
            if (!all)
            {
                break;
            }
        }
        return result.Append(value.AsSpan(at)).ToString();
    }

    /// <summary>A value is one name here: its slashes are letters.</summary>
    private static bool Matches(ReadOnlySpan<char> text, ReadOnlySpan<char> pattern) => PathPattern.Name(text, pattern);
}
