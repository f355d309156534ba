using System.Collections.Immutable;

namespace Brig.Web.Clients;

/// <summary>A line of docs/docker-api.md.</summary>
/// <param name="State">yes, partly or no.</param>
/// <param name="Missing">As a sentence; may be empty.</param>
public sealed record SupportLine(string Chapter, string Method, string Path, string State, string Missing);

/// <summary>docs/docker-api.md, which is part of the program: what is shown is what is written there.</summary>
public static class SupportTable
{
    public static ImmutableArray<SupportLine> All { get; } = Read();

    private static ImmutableArray<SupportLine> Read()
    {
        using var text = new StreamReader(typeof(SupportTable).Assembly.GetManifestResourceStream("docker-api.md")!);
        var all = ImmutableArray.CreateBuilder<SupportLine>();
        string chapter = "";
        while (text.ReadLine() is { } line)
        {
            if (line.StartsWith("## ", StringComparison.Ordinal))
            {
                chapter = line[3..];
            }
            else if (line.StartsWith("| `", StringComparison.Ordinal) && line.Split('|', StringSplitOptions.TrimEntries) is [_, var endpoint, var state, var missing, ..] && endpoint.Trim('`').Split(' ') is [var method, var path])
            {
                all.Add(new(chapter, method, path, state, missing));
            }
        }
        return all.ToImmutable();
    }
}
