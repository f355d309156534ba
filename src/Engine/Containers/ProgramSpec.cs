using System.Collections.Immutable;
using Brig.Engine.Images;

namespace Brig.Engine.Containers;

/// <summary>What PID 1 runs, the image's defaults applied.</summary>
internal static class ProgramSpec
{
    private const int LongestEventLine = 4096;
    private const string DefaultPath = "PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";

    /// <summary>Entrypoint and command. An entrypoint of one's own takes the image's command away, as it was meant for the other.</summary>
    public static ImmutableArray<string> Arguments(ContainerSpec spec, ImageConfig image)
    {
        bool isImages = spec.Entrypoint.IsEmpty && !spec.NoEntrypoint;
        var entrypoint = isImages ? image.Entrypoint : spec.Entrypoint;
        var command = !spec.Command.IsEmpty ? spec.Command : isImages ? image.Command : [];
        return [.. entrypoint, .. command];
    }

    /// <summary>The image's, what was asked over it, and PATH, HOSTNAME and TERM where nobody says.</summary>
    public static ImmutableArray<string> Environment(ImmutableArray<string> image, ImmutableArray<string> asked, string? hostname, bool tty)
    {
        var all = new List<string> { DefaultPath };
        if (hostname is not null)
        {
            all.Add("HOSTNAME=" + hostname);
        }
        if (tty)
        {
            all.Add("TERM=xterm-256color");
        }
        foreach (string entry in image.Concat(asked))
        {
            int equals = entry.IndexOf('=', StringComparison.Ordinal);
            string name = equals < 0 ? entry + "=" : entry[..(equals + 1)];
            int at = all.FindIndex(other => other.StartsWith(name, StringComparison.Ordinal));
            if (equals < 0)
            {
                if (at >= 0)
                {
                    all.RemoveAt(at);
                }
            }
            else if (at >= 0)
            {
                all[at] = entry;
            }
            else
            {
                all.Add(entry);
            }
        }
        return [.. all];
    }

    /// <summary>For people: quoted where a shell would need it.</summary>
    public static string CommandLine(IEnumerable<string> arguments) => string.Join(' ', arguments.Select(Quoted));

    /// <summary>The same for an event, which is kept for long and sent to many: its first 4,096 characters.</summary>
    public static string EventLine(IReadOnlyList<string> arguments)
    {
        var line = new System.Text.StringBuilder();
        for (int i = 0; i < arguments.Count && line.Length <= LongestEventLine; i++)
        {
            string argument = arguments[i];
            line.Append(i == 0 ? "" : " ").Append(Quoted(argument.Length > LongestEventLine ? argument[..LongestEventLine] + "…" : argument));
        }
        return line.Length <= LongestEventLine ? line.ToString() : line.ToString(0, char.IsHighSurrogate(line[LongestEventLine - 1]) ? LongestEventLine - 1 : LongestEventLine) + "…";
    }

    private static string Quoted(string argument) =>
        argument.Length > 0 && argument.All(c => char.IsAsciiLetterOrDigit(c) || "_-./:=,+@%^".Contains(c, StringComparison.Ordinal))
            ? argument
            : $"'{argument.Replace("'", "'\\''", StringComparison.Ordinal)}'";
}
