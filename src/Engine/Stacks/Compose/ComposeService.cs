using System.Collections.Immutable;
using Brig.Engine.Containers;

namespace Brig.Engine.Stacks.Compose;

public sealed record ComposeService(string Name, TextPlace Place)
{
    /// <summary>Null: it is built and has a name of the stack's.</summary>
    public string? Image { get; init; }
    public ComposeBuild? Build { get; init; }
    public PullPolicy Pull { get; init; }
    public string? ContainerName { get; init; }

    /// <summary>Null: the image's. Empty: none, whatever the image says.</summary>
    public ImmutableArray<string>? Command { get; init; }
    public ImmutableArray<string>? Entrypoint { get; init; }

    /// <summary>With what the env_files hold below it; a variable that is nowhere set is left out.</summary>
    public ImmutableSortedDictionary<string, string> Environment { get; init; } = ImmutableSortedDictionary<string, string>.Empty;
    public string? WorkingDir { get; init; }
    public string? User { get; init; }
    public ImmutableArray<string> Groups { get; init; } = [];
    public string? Hostname { get; init; }
    public string? Domainname { get; init; }

    public ImmutableArray<ComposePort> Ports { get; init; } = [];
    public ImmutableArray<string> Expose { get; init; } = [];

    /// <summary>Empty and <see cref="NetworkMode"/> null: the stack's own, called default.</summary>
    public ImmutableArray<ServiceNetwork> Networks { get; init; } = [];

    /// <summary><c>none</c>, <c>host</c>, <c>service:NAME</c> or <c>container:NAME</c>; null: <see cref="Networks"/>.</summary>
    public string? NetworkMode { get; init; }
    public string? MacAddress { get; init; }
    public ImmutableArray<string> Dns { get; init; } = [];
    public ImmutableArray<string> DnsSearch { get; init; } = [];
    public ImmutableArray<string> DnsOptions { get; init; } = [];
    public ImmutableArray<string> ExtraHosts { get; init; } = [];

    public ImmutableArray<ServiceMount> Mounts { get; init; } = [];

    /// <summary>Services whose mounts it has too, or <c>container:NAME</c>; with or without <c>:ro</c>.</summary>
    public ImmutableArray<string> VolumesFrom { get; init; } = [];
    public ImmutableArray<ServiceFile> Configs { get; init; } = [];
    public ImmutableArray<ServiceFile> Secrets { get; init; } = [];

    public ImmutableArray<ServiceDependency> DependsOn { get; init; } = [];
    public ComposeHealth? Health { get; init; }
    public RestartPolicy Restart { get; init; } = RestartPolicy.No;

    /// <summary>Null: as Brig is set to.</summary>
    public LogSpec? Log { get; init; }

    public int Replicas { get; init; } = 1;
    public UpdateRules Update { get; init; } = UpdateRules.Default;
    public UpdateRules Rollback { get; init; } = UpdateRules.Default;
    public ImmutableArray<string> Profiles { get; init; } = [];

    public ImmutableSortedDictionary<string, string> Labels { get; init; } = ImmutableSortedDictionary<string, string>.Empty;
    public Limits Limits { get; init; } = Limits.None;
    public ImmutableArray<RlimitSpec> Ulimits { get; init; } = [];
    public ImmutableSortedDictionary<string, string> Sysctls { get; init; } = ImmutableSortedDictionary<string, string>.Empty;
    public ImmutableArray<DeviceSpec> Devices { get; init; } = [];

    public ImmutableArray<string> CapAdd { get; init; } = [];
    public ImmutableArray<string> CapDrop { get; init; } = [];
    public bool Privileged { get; init; }

    /// <summary>Null: as every container of Brig's, no new privileges.</summary>
    public bool? NoNewPrivileges { get; init; }
    public bool SystemPathsUnconfined { get; init; }
    public string? AppArmor { get; init; }
    public SeccompSpec Seccomp { get; init; } = SeccompSpec.Default;

    /// <summary><c>host</c>, <c>service:NAME</c>, <c>container:NAME</c>; null: its own.</summary>
    public string? Pid { get; init; }
    public string? Ipc { get; init; }
    public string? Uts { get; init; }
    public string? Userns { get; init; }
    public string? CgroupNamespace { get; init; }

    public bool Init { get; init; }
    public bool ReadOnly { get; init; }
    public bool Tty { get; init; }
    public bool StdinOpen { get; init; }
    public int? OomScoreAdj { get; init; }
    public long? ShmBytes { get; init; }
    public string? StopSignal { get; init; }
    public TimeSpan? StopGrace { get; init; }

    /// <summary>Files whose variables stand below <see cref="Environment"/>; read already.</summary>
    public ImmutableArray<EnvFile> EnvFiles { get; init; } = [];
}

public enum PullPolicy
{
    /// <summary>Only what is not here.</summary>
    Missing,
    Always,
    Never,
    /// <summary>Build it, also when it is here.</summary>
    Build,
}

/// <param name="Path">Relative to the stack's folder, or absolute.</param>
/// <param name="Raw">What is behind = is the value as it stands.</param>
public sealed record EnvFile(string Path, bool Required, bool Raw, TextPlace Place);

/// <param name="Context">A folder, relative to the stack's or absolute.</param>
public sealed record ComposeBuild(string Context, TextPlace Place)
{
    public string Dockerfile { get; init; } = "Dockerfile";
    public string? Inline { get; init; }
    public ImmutableSortedDictionary<string, string> Arguments { get; init; } = ImmutableSortedDictionary<string, string>.Empty;
    public ImmutableSortedDictionary<string, string> Labels { get; init; } = ImmutableSortedDictionary<string, string>.Empty;
    public string? Target { get; init; }
    public ImmutableArray<string> Tags { get; init; } = [];
    public bool NoCache { get; init; }
    public bool Pull { get; init; }

    /// <summary>RUN is on the default network; false: on none; null: on the default one where there is one.</summary>
    public bool? Network { get; init; }
    public bool HostNetwork { get; init; }
    public ImmutableArray<string> ExtraHosts { get; init; } = [];
    public long? ShmBytes { get; init; }
    public ImmutableArray<RlimitSpec> Ulimits { get; init; } = [];
}

/// <param name="HostAddress">Null: all.</param>
/// <param name="Published">The first of the ports on this machine it may have; null: one that is free.</param>
/// <param name="PublishedLast">With one port in the container and several here: the last of them.</param>
/// <param name="Protocol"><c>tcp</c>, <c>udp</c> or <c>sctp</c>.</param>
public sealed record ComposePort(int Target, int? Published, int? PublishedLast, string? HostAddress, string Protocol, TextPlace Place);

/// <param name="Network">The key of a network of the stack.</param>
public sealed record ServiceNetwork(string Network, TextPlace Place)
{
    public ImmutableArray<string> Aliases { get; init; } = [];
    public string? Ipv4 { get; init; }
    public string? Ipv6 { get; init; }
    public string? Mac { get; init; }

    /// <summary>The highest has the default route.</summary>
    public int Priority { get; init; }
}

public enum ServiceMountKind { Volume, Bind, Tmpfs }

/// <param name="Source">A volume's key (null: one without a name), or a path for a bind.</param>
public sealed record ServiceMount(ServiceMountKind Kind, string? Source, string Target, bool ReadOnly, TextPlace Place)
{
    /// <summary>What the image has there is not copied into an empty volume.</summary>
    public bool NoCopy { get; init; }
    public string? Subpath { get; init; }
    public MountPropagation Propagation { get; init; }

    /// <summary>A bind's folder is made when it is not there.</summary>
    public bool CreateHostPath { get; init; }
    public long? SizeBytes { get; init; }
    public int? Mode { get; init; }
    public uint? Uid { get; init; }
    public uint? Gid { get; init; }
    public bool? NoExec { get; init; }
}

/// <param name="Source">The key of a config or a secret.</param>
/// <param name="Target">An absolute path inside.</param>
public sealed record ServiceFile(string Source, string Target, TextPlace Place)
{
    public uint Uid { get; init; }
    public uint Gid { get; init; }

    /// <summary>Null: 0444 for a config, 0400 for a secret.</summary>
    public int? Mode { get; init; }
}

public enum DependencyCondition { Started, Healthy, Completed }

/// <param name="Restart">It is restarted when the other is changed or restarted.</param>
/// <param name="Required">False: it is started also where the other is not enabled or fails.</param>
public sealed record ServiceDependency(string Service, DependencyCondition Condition, bool Restart, bool Required, TextPlace Place);

/// <param name="Test">Empty with <paramref name="Disabled"/>, or to keep the image's test with other times.</param>
/// <param name="Disabled">Whatever the image says.</param>
public sealed record ComposeHealth(ImmutableArray<string> Test, bool Disabled)
{
    public TimeSpan? Interval { get; init; }
    public TimeSpan? Timeout { get; init; }
    public int? Retries { get; init; }
    public TimeSpan? StartPeriod { get; init; }
    public TimeSpan? StartInterval { get; init; }
}

public enum UpdateOrder { StopFirst, StartFirst }

public enum UpdateFailure { Pause, Continue, Rollback }

/// <summary>How the replicas of a service are replaced.</summary>
/// <param name="Parallelism">At once; 0: all.</param>
/// <param name="Delay">Between one batch and the next.</param>
/// <param name="Monitor">How long a new one is watched after it is up.</param>
/// <param name="MaxFailureRatio">Of the replicas, how many may fail.</param>
public sealed record UpdateRules(int Parallelism, TimeSpan Delay, TimeSpan Monitor, UpdateFailure OnFailure, UpdateOrder Order, double MaxFailureRatio)
{
    public static readonly UpdateRules Default = new(1, TimeSpan.Zero, TimeSpan.FromSeconds(5), UpdateFailure.Pause, UpdateOrder.StopFirst, 0);
}
