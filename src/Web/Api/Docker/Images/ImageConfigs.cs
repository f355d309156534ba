using Brig.Engine.Images;

namespace Brig.Web.Api.Docker;

/// <summary>An image's configuration in the shape of a container's, as Docker has it: what belongs to containers alone is empty.</summary>
internal static class ImageConfigs
{
    public static DockerConfig Of(ImageConfig config) => new()
    {
        Hostname = "",
        Domainname = "",
        User = config.User ?? "",
        AttachStdin = false,
        AttachStdout = false,
        AttachStderr = false,
        ExposedPorts = Set(config.ExposedPorts),
        Tty = false,
        OpenStdin = false,
        StdinOnce = false,
        Env = List(config.Env),
        Cmd = List(config.Command),
        Healthcheck = config.Healthcheck is { } check ? Health(check) : null,
        Image = "",
        Volumes = Set(config.Volumes),
        WorkingDir = config.WorkingDir ?? "",
        Entrypoint = List(config.Entrypoint),
        OnBuild = List(config.OnBuild),
        Labels = config.Labels.IsEmpty ? null : config.Labels.OrderBy(label => label.Key, StringComparer.Ordinal).ToDictionary(label => label.Key, label => (string?)label.Value),
        StopSignal = config.StopSignal,
        Shell = List(config.Shell),
    };

    private static DockerHealthConfig Health(ImageHealthcheck check) => new()
    {
        Test = [.. check.Test],
        Interval = Nanoseconds(check.Interval),
        Timeout = Nanoseconds(check.Timeout),
        StartPeriod = Nanoseconds(check.StartPeriod),
        StartInterval = Nanoseconds(check.StartInterval),
        Retries = check.Retries,
    };

    private static long? Nanoseconds(TimeSpan? time) => time?.Ticks * TimeSpan.NanosecondsPerTick;

    private static string[]? List(IReadOnlyCollection<string> all) => all.Count == 0 ? null : [.. all];

    private static Dictionary<string, EmptyObject?>? Set(IReadOnlyCollection<string> all) => all.Count == 0 ? null : all.Distinct().ToDictionary(key => key, EmptyObject? (_) => EmptyObject.Instance);
}
