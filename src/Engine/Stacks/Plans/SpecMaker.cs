using System.Collections.Immutable;
using System.Globalization;
using Brig.Engine.Containers;
using Brig.Engine.Health;
using Brig.Engine.Networks;
using Brig.Engine.Stacks.Compose;
using Brig.Engine.Stacks.Files;

namespace Brig.Engine.Stacks.Plans;

/// <summary>From a service to what is asked of the engine for each of its containers.</summary>
internal sealed class SpecMaker(string stack, ComposeProject project, StackFolder folder)
{
    /// <summary>What all of them have in common.</summary>
    /// <exception cref="EngineException">Invalid: a path that leaves the folder.</exception>
    public ContainerSpec Make(ComposeService service) => new()
    {
        Image = ImageOf(service),
        Entrypoint = service switch
        {
            { Entrypoint: { IsEmpty: false } own } => own,
            { Entrypoint: not null, Command: { IsEmpty: false } command } => [command[0]],
            _ => [],
        },
        Command = service switch
        {
            { Entrypoint: { IsEmpty: true }, Command: { IsEmpty: false } command } => command[1..],
            _ => service.Command ?? [],
        },
        Env = [.. service.Environment.Select(pair => $"{pair.Key}={pair.Value}")],
        WorkingDir = service.WorkingDir,
        User = service.User,
        Groups = service.Groups,
        Hostname = service.Hostname is { } host && service.Domainname is { } domain ? $"{host}.{domain}" : service.Hostname,
        ExtraHosts = service.ExtraHosts,
        Dns = service.Dns,
        DnsSearch = service.DnsSearch,
        DnsOptions = service.DnsOptions,
        Tty = service.Tty,
        OpenStdin = service.StdinOpen,
        Init = service.Init,
        ReadOnlyRoot = service.ReadOnly,
        Privileged = service.Privileged,
        NoNewPrivileges = service.NoNewPrivileges ?? true,
        CapAdd = service.CapAdd,
        CapDrop = service.CapDrop,
        SystemPaths = service.SystemPathsUnconfined ? SystemPaths.Unconfined : SystemPaths.Masked,
        Devices = service.Devices,
        OomScoreAdj = service.OomScoreAdj,
        AppArmor = service.AppArmor,
        Seccomp = service.Seccomp,
        ShareableIpc = service.Ipc == "shareable",
        Namespaces = new()
        {
            Net = Namespace(service.NetworkMode is "bridge" or "default" or "none" ? null : service.NetworkMode),
            Pid = Namespace(service.Pid),
            Ipc = Namespace(service.Ipc == "shareable" ? null : service.Ipc),
            Uts = Namespace(service.Uts),
            Cgroup = Namespace(service.CgroupNamespace),
            User = service.Userns is null ? NamespaceSpec.Auto : Namespace(service.Userns),
        },
        Networks = Networks(service),
        Mounts = [.. service.Mounts.Select(Mount), .. Shm(service)],
        VolumesFrom = [.. service.VolumesFrom.Select(VolumesFrom)],
        Rlimits = service.Ulimits,
        Sysctls = service.Sysctls.ToImmutableDictionary(),
        Labels = service.Labels.ToImmutableDictionary(),
        Limits = service.Limits,
        Restart = service.Restart,
        Log = service.Log,
        Health = Health(service.Health),
        StopSignal = service.StopSignal,
        StopGrace = service.StopGrace,
        Ports = Ports(service, 1),
    };

    public string ImageOf(ComposeService service) => service.Image ?? $"{stack}-{service.Name}";

    /// <summary>The name of the service's container, or of its first one.</summary>
    public string ContainerOf(string service, int number = 1) => project.Services.GetValueOrDefault(service)?.ContainerName ?? string.Create(CultureInfo.InvariantCulture, $"{stack}-{service}-{number}");

    public string NetworkOf(string key) => project.Networks.GetValueOrDefault(key) is not { } network ? $"{stack}_{key}" : network.Name ?? (network.External ? key : $"{stack}_{key}");

    public string VolumeOf(string key) => project.Volumes.GetValueOrDefault(key) is not { } volume ? $"{stack}_{key}" : volume.Name ?? (volume.External ? key : $"{stack}_{key}");

    /// <summary>Of several ports of this machine for one of the container each of its containers has one.</summary>
    public static ImmutableArray<PortSpec> Ports(ComposeService service, int number) =>
    [
        .. service.Ports.Select(port => new PortSpec(port.Target)
        {
            HostPort = port.Published is not { } first ? 0 : first + (port.PublishedLast is null ? 0 : number - 1),
            HostAddress = port.HostAddress,
            Protocol = port.Protocol == "udp" ? PortProtocol.Udp : PortProtocol.Tcp,
        }),
    ];

    private ImmutableArray<NetworkAttachment> Networks(ComposeService service)
    {
        if (service.NetworkMode is not (null or "bridge" or "default"))
        {
            return [];
        }
        var networks = service.Networks.IsEmpty ? [new ServiceNetwork("default", service.Place)] : service.Networks;
        return
        [
            .. networks.OrderByDescending(network => network.Priority).Select(network => new NetworkAttachment(NetworkOf(network.Network))
            {
                Aliases = [.. network.Aliases.Prepend(service.Name).Distinct(StringComparer.Ordinal)],
                Ipv4 = network.Ipv4,
                Ipv6 = network.Ipv6,
                Mac = network.Mac ?? (networks.Length == 1 ? service.MacAddress : null),
            }),
        ];
    }

    private MountSpec Mount(ServiceMount mount) => mount.Kind switch
    {
        ServiceMountKind.Volume => new(MountKind.Volume, mount.Source is null ? null : VolumeOf(mount.Source), mount.Target, mount.ReadOnly) { NoCopy = mount.NoCopy, Subpath = mount.Subpath, NoExec = mount.NoExec },
        ServiceMountKind.Bind => Bind(mount),
        _ => new(MountKind.Tmpfs, null, mount.Target, mount.ReadOnly, mount.SizeBytes)
        {
            Mode = mount.Mode is { } mode ? Convert.ToString(mode, 8).PadLeft(3, '0') : null,
            Uid = mount.Uid,
            Gid = mount.Gid,
            NoExec = mount.NoExec,
        },
    };

    /// <summary>
    /// What lies in the stack's folder is the stack's: its files belong inside to whom they belong outside, as people expect who keep a site beside its Compose file.
    /// Of other folders they belong to nobody inside unless everybody may: what a container's root makes there would be the machine's root's.
    /// </summary>
    private MountSpec Bind(ServiceMount mount)
    {
        bool isAbsolute = mount.Source!.StartsWith('/');
        return new(MountKind.Bind, isAbsolute ? mount.Source : folder.OnHost(mount.Source), mount.Target, mount.ReadOnly)
        {
            Propagation = mount.Propagation,
            CreateSource = mount.CreateHostPath,
            NoExec = mount.NoExec,
            Idmap = !isAbsolute && folder.IsInside(mount.Source),
        };
    }

    private static ImmutableArray<MountSpec> Shm(ComposeService service) =>
        service.ShmBytes is { } bytes ? [new(MountKind.Tmpfs, null, "/dev/shm", false, bytes) { Mode = "1777" }] : [];

    private string VolumesFrom(string from)
    {
        if (from.StartsWith("container:", StringComparison.Ordinal))
        {
            return from[10..];
        }
        int colon = from.IndexOf(':', StringComparison.Ordinal);
        return colon < 0 ? ContainerOf(from) : ContainerOf(from[..colon]) + from[colon..];
    }

    private NamespaceSpec Namespace(string? mode) => mode switch
    {
        null => NamespaceSpec.New,
        "host" => NamespaceSpec.Host,
        _ when mode.StartsWith("service:", StringComparison.Ordinal) => NamespaceSpec.OfContainer(ContainerOf(mode[8..])),
        _ when mode.StartsWith("container:", StringComparison.Ordinal) => NamespaceSpec.OfContainer(mode[10..]),
        _ => NamespaceSpec.New,
    };

    private static HealthSpec? Health(ComposeHealth? health) => health is null ? null : new()
    {
        Test = health.Disabled ? ["NONE"] : health.Test,
        Interval = health.Interval,
        Timeout = health.Timeout,
        Retries = health.Retries,
        StartPeriod = health.StartPeriod,
        StartInterval = health.StartInterval,
    };
}
