using System.Collections.Immutable;
using System.Globalization;
using System.Text;

namespace Brig.Linux.Proc;

/// <summary>One mount, as a line of proc_pid_mountinfo(5) tells it: <c>36 35 98:0 /mnt1 /mnt2 rw,noatime master:1 - ext3 /dev/root rw,errors=continue</c>.</summary>
/// <param name="Root">Which directory of the file system is shown.</param>
/// <param name="Point">Below the reader's root.</param>
/// <param name="Options">Of this mount; <c>idmapped</c> is one of them.</param>
/// <param name="Propagation">The optional fields, as <c>shared:1</c>, <c>master:2</c>; empty: private.</param>
/// <param name="SuperOptions">Of the file system.</param>
public sealed record MountInfo(
    int Id, int ParentId, string Device, string Root, string Point, ImmutableArray<string> Options, ImmutableArray<string> Propagation,
    string Type, string Source, ImmutableArray<string> SuperOptions)
{
    /// <summary>All lines that are such; others are left out.</summary>
    public static ImmutableArray<MountInfo> ParseAll(string text) => [.. text.Split('\n').Select(Parse).OfType<MountInfo>()];

    public static MountInfo? Parse(string line)
    {
        string[] fields = line.Split(' ');
        int dash = Array.IndexOf(fields, "-", Math.Min(6, fields.Length));   // a name cannot be it: blanks in names are escaped, and the first six are never it
        if (dash < 6 || fields.Length < dash + 4 || !Number(fields[0], out int id) || !Number(fields[1], out int parent))
        {
            return null;
        }
        return new(
            id, parent, fields[2], Unescape(fields[3]), Unescape(fields[4]), Words(fields[5]), [.. fields[6..dash]],
            Unescape(fields[dash + 1]), Unescape(fields[dash + 2]), Words(fields[dash + 3]));
    }

    private static ImmutableArray<string> Words(string field) => [.. Unescape(field).Split(',')];

    private static bool Number(string text, out int number) => int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out number);

    /// <summary>Blanks, tabs, line ends, backslashes and # come as a backslash and three octal digits.</summary>
    private static string Unescape(string field)
    {
        if (!field.Contains('\\', StringComparison.Ordinal))
        {
            return field;
        }
        StringBuilder text = new(field.Length);
        for (int i = 0; i < field.Length; i++)
        {
            if (field[i] == '\\' && i + 3 < field.Length && field[i + 1] is >= '0' and <= '1' && field[i + 2] is >= '0' and <= '7' && field[i + 3] is >= '0' and <= '7')
            {
                text.Append((char)(((field[i + 1] - '0') << 6) | ((field[i + 2] - '0') << 3) | (field[i + 3] - '0')));
                i += 3;
            }
            else
            {
                text.Append(field[i]);
            }
        }
        return text.ToString();
    }
}
