using System.Collections.Immutable;
using Brig.Engine;
using Brig.Engine.Containers;
using Brig.Engine.Health;
using Brig.Engine.Images;

namespace Brig.Web.Api.Docker;

/// <summary>From the body of create to what is asked of the engine. What it cannot mean is refused in one sentence; what means nothing here is left out with a warning.</summary>
internal static class SpecReader
{
    /// <param name="image">What it is made from.</param>
    /// <param name="can">What this machine's cgroups can keep.</param>
    /// <param name="warnings">Are added to.</param>
    /// <exception cref="EngineException">Invalid.</exception>
    public static ContainerSpec Read(DockerCreate asked, string? name, Image image, MachineAbilities can, List<string> warnings)
    {
        var host = asked.HostConfig ?? new DockerHostConfig();
        Refusals.Check(host);
        Refusals.Refuse(host.UTSMode == "host" && asked.Hostname is { Length: > 0 }, "conflicting options: hostname and the UTS mode");
        var spec = new ContainerSpec
        {
            Image = asked.Image!,
            Name = name,
            Env = [.. asked.Env ?? []],
            WorkingDir = Some(asked.WorkingDir),
            User = Some(asked.User),
            Groups = [.. host.GroupAdd ?? []],
            Hostname = Some(asked.Hostname),
            Domainname = Some(asked.Domainname),
            Tty = asked.Tty == true,
            TtySize = host.ConsoleSize is [> 0 and var rows, > 0 and var columns] ? new(Math.Min(rows, 4096), Math.Min(columns, 4096)) : null,
            OpenStdin = asked.OpenStdin == true,
            Init = host.Init == true,
            ReadOnlyRoot = host.ReadonlyRootfs == true,
            Labels = Pairs(asked.Labels),
            Rlimits = [.. (host.Ulimits ?? []).Select(limit => new RlimitSpec(limit.Name ?? "", Bound(limit.Soft), Bound(limit.Hard)))],
            Sysctls = Pairs(host.Sysctls),
            Limits = LimitReader.Read(host, can, warnings),
            CgroupParent = Some(host.CgroupParent),
            Restart = Restart(host.RestartPolicy),
            AutoRemove = host.AutoRemove == true,
            Health = Health(asked.Healthcheck),
            Log = LogReader.Read(host.LogConfig),
            StopSignal = Some(asked.StopSignal),
            StopGrace = asked.StopTimeout is { } seconds ? seconds < 0 ? TimeSpan.FromDays(1) : TimeSpan.FromSeconds(Math.Min(seconds, 86_400)) : null,
            Docker = Aside(asked, host),
        };
        if (host is { NetworkMode: "host", PortBindings.Count: > 0 })
        {
            warnings.Add("Published ports are discarded when using host network mode");
        }
        spec = Program(spec, asked, image);
        spec = NetworkReader.Read(spec, asked, host, image);
        spec = IsolationReader.Read(spec, host);
        return MountReader.Read(spec, asked, host);
    }

    /// <exception cref="EngineException">Invalid: an unknown word.</exception>
    public static RestartPolicy Restart(DockerRestartPolicy? asked) => asked?.Name switch
    {
        null or "" or "no" => new(RestartMode.No, asked?.MaximumRetryCount is > 0 and { } retries ? retries : 0),
        "always" => new(RestartMode.Always, asked.MaximumRetryCount ?? 0),
        "unless-stopped" => new(RestartMode.UnlessStopped, asked.MaximumRetryCount ?? 0),
        "on-failure" => new(RestartMode.OnFailure, asked.MaximumRetryCount ?? 0),
        var other => throw EngineException.Invalid($"invalid restart policy: unknown policy '{other}'; use one of 'no', 'always', 'on-failure', or 'unless-stopped'"),
    };

    public static string? Some(string? text) => string.IsNullOrEmpty(text) ? null : text;

    public static ImmutableDictionary<string, string> Pairs(Dictionary<string, string?>? pairs) =>
        pairs is null ? ImmutableDictionary<string, string>.Empty : pairs.ToImmutableDictionary(pair => pair.Key, pair => pair.Value ?? "");

    private static ulong Bound(long? limit) => limit is null or < 0 ? ulong.MaxValue : (ulong)limit;

    private static ContainerSpec Program(ContainerSpec spec, DockerCreate asked, Image image)
    {
        ImmutableArray<string> command = [.. asked.Cmd ?? []];
        return asked.Entrypoint switch
        {
            null => spec with { Command = command },
            [] => spec with { NoEntrypoint = true, Command = command.IsEmpty ? image.Config.Command : command },
            [""] => spec with { NoEntrypoint = true, Command = command },
            var entrypoint => spec with { Entrypoint = [.. entrypoint], Command = command },
        };
    }

    private static HealthSpec? Health(DockerHealthConfig? asked) => asked is null ? null : new()
    {
        Test = [.. asked.Test ?? []],
        Interval = Time(asked.Interval, "Interval"),
        Timeout = Time(asked.Timeout, "Timeout"),
        StartPeriod = Time(asked.StartPeriod, "StartPeriod"),
        StartInterval = Time(asked.StartInterval, "StartInterval"),
        Retries = asked.Retries switch
        {
            null or 0 => null,
            < 0 => throw EngineException.Invalid("Retries in Healthcheck cannot be negative"),
            var retries => retries,
        },
    };

    /// <summary>A tick is 100 ns.</summary>
    private static TimeSpan? Time(long? nanoseconds, string what) => nanoseconds switch
    {
        null or 0 => null,
        < 1_000_000 => throw EngineException.Invalid($"{what} in Healthcheck cannot be less than 1ms"),
        var time => TimeSpan.FromTicks(Math.Max(time.Value / 100, TimeSpan.TicksPerMillisecond * 100)),
    };

    private static DockerAside Aside(DockerCreate asked, DockerHostConfig host) => new()
    {
        AttachStdin = asked.AttachStdin == true,
        AttachStdout = asked.AttachStdout == true,
        AttachStderr = asked.AttachStderr == true,
        StdinOnce = asked.StdinOnce == true,
        LogDriver = host.LogConfig?.Type is "local" and { } driver ? driver : null,
        Links = [.. (host.Links ?? []).Select(link => link.Replace("/", "", StringComparison.Ordinal))],
        LogOptions = Pairs(host.LogConfig?.Config),
        ContainerIdFile = Some(host.ContainerIDFile),
        VolumesFrom = [.. host.VolumesFrom ?? []],
        ExposedPorts = [.. (asked.ExposedPorts?.Keys ?? Enumerable.Empty<string>()).Select(NetworkReader.Exposed)],
        PublishAllPorts = host.PublishAllPorts == true,
        Annotations = Pairs(host.Annotations),
        OomKillDisable = host.OomKillDisable == true,
        MemorySwappiness = host.MemorySwappiness is null or -1 ? null : host.MemorySwappiness,
        CpuQuota = host.CpuQuota > 0,
        CpuShares = host.CpuShares is > 0 ? host.CpuShares : null,
    };
}
