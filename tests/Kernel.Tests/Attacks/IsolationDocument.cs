namespace Brig.Kernel.Tests.Attacks;

/// <summary>
/// docs/isolation.md: its tables are what tests found. With <c>BRIG_WRITE_TABLES=1</c> they are written, else compared. What is open differs between kernels, so a
/// table says on which it was measured, and on another one there is nothing to compare with.
/// </summary>
internal static class IsolationDocument
{
    /// <param name="machine">The table's first line, which tells what it depends on.</param>
    /// <param name="table">Lines of markdown.</param>
    public static void Check(string section, string machine, IEnumerable<string> table)
    {
        string[] found = [machine, "", .. table];
        var (before, committed, after) = Split(section, Committed());
        if (Environment.GetEnvironmentVariable("BRIG_WRITE_TABLES") is "1")
        {
            (before, _, after) = Split(section, File.ReadAllText(Path_()));
            File.WriteAllText(Path_(), $"{before}\n{string.Join('\n', found)}\n{after}");
        }
        else if (committed.FirstOrDefault() == machine)
        {
            Assert.True(found.SequenceEqual(committed), $"docs/isolation.md says otherwise of \"{section}\"; found was:\n{string.Join('\n', found)}");
        }
        else
        {
            Assert.True(committed.Length > 2, $"docs/isolation.md has no table \"{section}\": BRIG_WRITE_TABLES=1 scripts/test writes it");
        }
    }

    /// <summary>The section's lines as they are committed; the first says where it was measured.</summary>
    public static string[] Lines(string section) => Split(section, Committed()).Lines;

    /// <summary>"6.18", as it stands in a table's first line.</summary>
    public static string Kernel => Environment.OSVersion.Version.ToString(2);

    private static (string Before, string[] Lines, string After) Split(string section, string text)
    {
        string open = $"<!-- {section} -->", close = $"<!-- /{section} -->";
        int from = text.IndexOf(open, StringComparison.Ordinal) + open.Length, to = text.IndexOf(close, StringComparison.Ordinal);
        return (text[..from], text[from..to].Trim('\n').Split('\n'), text[to..]);
    }

    private static string Committed()
    {
        using var reader = new StreamReader(typeof(IsolationDocument).Assembly.GetManifestResourceStream("isolation.md")!);
        return reader.ReadToEnd();
    }

    private static string Path_()
    {
        for (var folder = AppContext.BaseDirectory; folder is not null; folder = Path.GetDirectoryName(folder))
        {
            if (File.Exists(folder + "/docs/isolation.md"))
            {
                return folder + "/docs/isolation.md";
            }
        }
        throw new FileNotFoundException("not inside the repository");
    }
}
