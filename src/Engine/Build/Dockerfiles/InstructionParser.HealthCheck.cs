using System.Globalization;

namespace Brig.Engine.Build.Dockerfiles;

internal sealed partial class InstructionParser
{
    private HealthCheckInstruction HealthCheck(int at, string text, string rest)
    {
        var flags = Flags.Read(at, "HEALTHCHECK", rest, escape, ["interval", "timeout", "start-period", "start-interval", "retries"], out rest);
        TimeSpan? Time(string name) => flags.One(name) is { } value
            ? GoDuration.Parse(value) is { } time && (time >= TimeSpan.FromMilliseconds(1) || time == TimeSpan.Zero)
                ? time
                : throw Dockerfile.At(at, $"--{name}={Text.Short(value)} is no length of time: write for example 30s or 1m30s, at least 1ms")
            : null;
        int? retries = flags.One("retries") is { } count
            ? int.TryParse(count, NumberStyles.None, CultureInfo.InvariantCulture, out int number) ? number : throw Dockerfile.At(at, $"--retries={Text.Short(count)} is no number")
            : null;
        var words = rest.Split((char[])[' ', '\t'], 2, StringSplitOptions.TrimEntries);
        return words[0].ToUpperInvariant() switch
        {
            "NONE" when words.Length == 1 => new(at, text, null, null, null, null, null, null),
            "CMD" when words.Length == 2 => new(at, text, Command(words[1]), Time("interval"), Time("timeout"), Time("start-period"), Time("start-interval"), retries),
            _ => throw Dockerfile.At(at, "HEALTHCHECK takes NONE, or CMD and a command"),
        };
    }
}
