namespace Brig.Engine;

/// <summary>Names near to one that was mistyped.</summary>
internal static class Near
{
    /// <summary><c> Did you mean "a" or "b"?</c>, with the blank in front; empty when nothing is near.</summary>
    public static string Hint(string wrong, IEnumerable<string> right)
    {
        var near = right.Select(name => (name, far: Distance(wrong, name)))
            .Where(x => x.far <= Math.Max(2, wrong.Length / 3) || (wrong.Length > 2 && x.name.Contains(wrong, StringComparison.OrdinalIgnoreCase)))
            .OrderBy(x => x.far).Take(3).Select(x => $"\"{x.name}\"").ToArray();
        return near.Length == 0 ? "" : $" Did you mean {string.Join(" or ", near)}?";
    }

    /// <summary>Levenshtein's.</summary>
    internal static int Distance(string a, string b)
    {
        if (a.Length > 256 || b.Length > 256)
        {
            return int.MaxValue;
        }
        int[] row = [.. Enumerable.Range(0, b.Length + 1)];
        for (int i = 1; i <= a.Length; i++)
        {
            int diagonal = row[0];
            row[0] = i;
            for (int j = 1; j <= b.Length; j++)
            {
                int above = row[j];
                row[j] = Math.Min(Math.Min(above, row[j - 1]) + 1, diagonal + (a[i - 1] == b[j - 1] ? 0 : 1));
                diagonal = above;
            }
        }
        return row[b.Length];
    }
}
