using Brig.Engine.Containers;
using Brig.Engine.Networks;

namespace Brig.Web.Api.Docker;

/// <summary>From a spec to the HostConfig that asks for it.</summary>
internal static class HostConfigWriter
{
    public static DockerHostConfig Write(Container container, ContainerView view)
    {
        var (spec, aside) = (container.Spec, container.Spec.Docker ?? new DockerAside());
        var limits = spec.Limits;
        bool open = spec.SystemPaths == SystemPaths.Unconfined;
        return new()
        {
            Binds = MountWriter.Binds(container, view),
            ContainerIDFile = aside.ContainerIdFile ?? "",
            LogConfig = new(spec.Log?.Off == true ? "none" : aside.LogDriver ?? "json-file", aside.LogOptions.ToDictionary(pair => pair.Key, pair => (string?)pair.Value)),
            NetworkMode = NetworkWriter.Mode(container),
            PortBindings = Bindings(spec),
            RestartPolicy = new(Word(spec.Restart.Mode), spec.Restart.MaxRetries),
            AutoRemove = spec.AutoRemove,
            VolumeDriver = "",
            VolumesFrom = List(aside.VolumesFrom),
            ConsoleSize = spec.TtySize is { } size ? [size.Rows, size.Columns] : [0, 0],
            Annotations = Annotations(container),
            CapAdd = List(spec.CapAdd),
            CapDrop = List(spec.CapDrop),
            CgroupnsMode = spec.Namespaces.Cgroup.Source == NamespaceSource.Host ? "host" : "private",
            Dns = [.. spec.Dns],
            DnsOptions = [.. spec.DnsOptions],
            DnsSearch = [.. spec.DnsSearch],
            ExtraHosts = List(spec.ExtraHosts),
            GroupAdd = List(spec.Groups),
            IpcMode = Word(spec.Namespaces.Ipc, spec.NoShm ? "none" : spec.ShareableIpc ? "shareable" : "private"),
            Cgroup = "",
            Links = List(aside.Links.Select(link => link.Split(':') is [var other, .. var alias] ? $"/{other}:/{container.Name}/{alias.LastOrDefault() ?? other}" : link)),
            OomScoreAdj = spec.OomScoreAdj ?? 0,
            PidMode = Word(spec.Namespaces.Pid, ""),
            Privileged = spec.Privileged,
            PublishAllPorts = aside.PublishAllPorts,
            ReadonlyRootfs = spec.ReadOnlyRoot,
            SecurityOpt = SecurityOptions(spec, aside),
            Tmpfs = MountWriter.Tmpfs(container),
            UTSMode = Word(spec.Namespaces.Uts, ""),
            UsernsMode = spec.Namespaces.User.Source == NamespaceSource.Host && !spec.Privileged ? "host" : "",
            ShmSize = MountWriter.ShmSize(container),
            Sysctls = spec.Sysctls.IsEmpty ? null : spec.Sysctls.ToDictionary(pair => pair.Key, pair => (string?)pair.Value),
            Runtime = "runc",
            Isolation = "",
            Mounts = MountWriter.Written(container),
            MaskedPaths = spec.Privileged ? null : [.. open ? spec.MaskedPaths : StandardPaths.Masked.AddRange(spec.MaskedPaths)],
            ReadonlyPaths = spec.Privileged ? null : [.. open ? spec.ReadOnlyPaths : StandardPaths.ReadOnly.AddRange(spec.ReadOnlyPaths)],
            Init = spec.Init ? true : null,
            CpuShares = aside.CpuShares is { } shares && LimitReader.Weight(shares) == limits.CpuWeight ? shares : limits.CpuWeight is { } weight ? weight * 1024L / 100 : 0,
            Memory = limits.Memory ?? 0,
            CgroupParent = spec.CgroupParent ?? "",
            BlkioWeight = limits.IoWeight ?? 0,
            BlkioWeightDevice = [],
            BlkioDeviceReadBps = Rates(limits, rate => rate.ReadBytesPerSecond),
            BlkioDeviceWriteBps = Rates(limits, rate => rate.WriteBytesPerSecond),
            BlkioDeviceReadIOps = Rates(limits, rate => rate.ReadsPerSecond),
            BlkioDeviceWriteIOps = Rates(limits, rate => rate.WritesPerSecond),
            CpuPeriod = IsQuota(spec) ? limits.CpuPeriod ?? LimitReader.UsualPeriod : 0,
            CpuQuota = IsQuota(spec) ? (long)Math.Round(limits.Cpus!.Value * (limits.CpuPeriod ?? LimitReader.UsualPeriod)) : 0,
            CpuRealtimePeriod = 0,
            CpuRealtimeRuntime = 0,
            CpusetCpus = limits.CpusetCpus ?? "",
            CpusetMems = "",
            Devices = [.. spec.Devices.Select(device => new DockerDevice(device.HostPath, device.Path ?? device.HostPath, device.Permissions))],
            MemoryReservation = limits.MemoryLow ?? 0,
            MemorySwap = limits.Swap is { } swap ? (limits.Memory ?? 0) + swap : limits.Memory is null ? 0 : -1,
            NanoCpus = !IsQuota(spec) && limits.Cpus is { } cores ? (long)Math.Round(cores * 1e9) : 0,
            OomKillDisable = aside.OomKillDisable,
            MemorySwappiness = aside.MemorySwappiness,
            PidsLimit = limits.Pids ?? 0,
            Ulimits = [.. spec.Rlimits.Select(limit => new DockerUlimit(limit.Name, Bound(limit.Soft), Bound(limit.Hard)))],
            CpuCount = 0,
            CpuPercent = 0,
            IOMaximumIOps = 0,
            IOMaximumBandwidth = 0,
        };
    }

    /// <summary>Null: it has none.</summary>
    public static Dictionary<string, string?>? Annotations(Container container) =>
        container.Spec.Docker is { Annotations: { IsEmpty: false } all } ? all.ToDictionary(pair => pair.Key, pair => (string?)pair.Value) : null;

    /// <summary>Whether its cores were asked for as a quota.</summary>
    private static bool IsQuota(ContainerSpec spec) => spec.Limits.Cpus is not null && (spec.Limits.CpuPeriod is not null || spec.Docker?.CpuQuota == true);

    private static string Word(RestartMode mode) => mode switch
    {
        RestartMode.OnFailure => "on-failure",
        RestartMode.Always => "always",
        RestartMode.UnlessStopped => "unless-stopped",
        _ => "no",
    };

    private static string Word(NamespaceSpec of, string own) => of.Source switch
    {
        NamespaceSource.Host => "host",
        NamespaceSource.Container => "container:" + of.Container,
        _ => own,
    };

    private static string[]? List(IEnumerable<string> items) => items.ToArray() is { Length: > 0 } list ? list : null;

    private static long Bound(ulong limit) => limit > long.MaxValue ? -1 : (long)limit;

    private static Dictionary<string, DockerPortBinding[]?> Bindings(ContainerSpec spec) => spec.Ports
        .SelectMany(port => Enumerable.Range(0, port.Count).Select(i => (
            Inside: NetworkWriter.Port(port.ContainerPort + i, port.Protocol),
            Binding: new DockerPortBinding(port.HostAddress ?? "", port.HostPort == 0 ? "" : (port.HostPort + i).ToString(System.Globalization.CultureInfo.InvariantCulture)))))
        .GroupBy(pair => pair.Inside).ToDictionary(group => group.Key, group => (DockerPortBinding[]?)[.. group.Select(pair => pair.Binding)]);

    private static string[]? SecurityOptions(ContainerSpec spec, DockerAside aside) => List(
    [
        .. spec.NoNewPrivileges && !spec.Privileged ? ["no-new-privileges"] : Array.Empty<string>(),
        .. spec.Seccomp.Mode switch { SeccompChoice.Unconfined => ["seccomp=unconfined"], SeccompChoice.Custom => ["seccomp=" + spec.Seccomp.Profile], _ => Array.Empty<string>() },
        .. spec.AppArmor is { } profile ? ["apparmor=" + profile] : Array.Empty<string>(),
        .. aside.SecurityLabels,
    ]);

    private static DockerThrottleDevice[] Rates(Limits limits, Func<IoRate, long?> of) =>
        [.. limits.IoRates.Where(rate => of(rate) is not null).Select(rate => new DockerThrottleDevice(rate.Device, of(rate)))];
}
