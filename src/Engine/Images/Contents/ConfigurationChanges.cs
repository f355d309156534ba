using System.Collections.Immutable;

namespace Brig.Engine.Images.Contents;

/// <summary>What a container inherits that is not the same: as lines a person reads, <c>- </c> before what was and <c>+ </c> before what is.</summary>
internal static class ConfigurationChanges
{
    public static ImmutableArray<string> Between(ImageConfig before, ImageConfig after)
    {
        string[] was = [.. Lines(before)], now = [.. Lines(after)];
        return [.. was.Except(now).Select(line => "- " + line), .. now.Except(was).Select(line => "+ " + line)];
    }

    private static IEnumerable<string> Lines(ImageConfig config) =>
    [
        .. Line("entrypoint", config.Entrypoint), .. Line("command", config.Command), .. config.Env.Select(entry => "env " + entry), .. Line("workdir", config.WorkingDir), .. Line("user", config.User),
        .. Line("stop signal", config.StopSignal), .. config.Labels.Select(label => $"label {label.Key}={label.Value}"), .. config.ExposedPorts.Select(port => "port " + port),
        .. config.Volumes.Select(volume => "volume " + volume), .. config.OnBuild.Select(trigger => "onbuild " + trigger), .. Line("shell", config.Shell), .. Line("health check", config.Healthcheck?.Test ?? []),
    ];

    private static IEnumerable<string> Line(string name, ImmutableArray<string> words) => words.IsEmpty ? [] : [$"{name} {string.Join(' ', words)}"];

    private static IEnumerable<string> Line(string name, string? value) => value is null ? [] : [$"{name} {value}"];
}
