using System.Collections.Immutable;
using Brig.Engine.Images;

namespace Brig.Engine.Containers;

/// <summary>What PID 1 runs, the image's defaults applied.</summary>
internal static class ProgramSpec
{
    private const string DefaultPath = "PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";

    /// <summary>Entrypoint and command. An entrypoint of one's own takes the image's command away, as it was meant for the other.</summary>
    public static ImmutableArray<string> Arguments(ContainerSpec spec, ImageConfig image)
    {
        var entrypoint = spec.Entrypoint.IsEmpty ? image.Entrypoint : spec.Entrypoint;
        var command = !spec.Command.IsEmpty ? spec.Command : spec.Entrypoint.IsEmpty ? image.Command : [];
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
            string name = entry[..(entry.IndexOf('=', StringComparison.Ordinal) + 1)];
            int at = all.FindIndex(other => other.StartsWith(name, StringComparison.Ordinal));
            if (at >= 0)
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

    private static string Quoted(string argument) =>
        argument.Length > 0 && argument.All(c => char.IsAsciiLetterOrDigit(c) || "_-./:=,+@%^".Contains(c, StringComparison.Ordinal))
            ? argument
            : $"'{argument.Replace("'", "'\\''", StringComparison.Ordinal)}'";
}
