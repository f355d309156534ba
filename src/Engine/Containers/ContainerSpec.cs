using System.Collections.Immutable;
using Brig.Engine.Health;
using Brig.Engine.Networks;

namespace Brig.Engine.Containers;

/// <summary>What was asked for: the first of the three types. Immutable and persisted; a change makes a new one.</summary>
public sealed record ContainerSpec
{
    /// <summary>An image's reference, for example <c>brig/busybox</c>.</summary>
    public required string Image { get; init; }

    /// <summary>Null: one is generated, as <c>brave-anchor</c>.</summary>
    public string? Name { get; init; }

    /// <summary>In place of the image's entrypoint; empty: the image's.</summary>
    public ImmutableArray<string> Entrypoint { get; init; } = [];

    /// <summary>The image's entrypoint is left out, and its command with it.</summary>
    public bool NoEntrypoint { get; init; }

    /// <summary>Program and arguments, after the entrypoint; empty: the image's.</summary>
    public ImmutableArray<string> Command { get; init; } = [];

    /// <summary><c>NAME=value</c>, over the image's; <c>NAME</c> alone takes the image's away.</summary>
    public ImmutableArray<string> Env { get; init; } = [];

    /// <summary>An absolute path inside; null: the image's.</summary>
    public string? WorkingDir { get; init; }

    /// <summary><c>user[:group]</c>, by name or number, looked up inside the image; null: the image's.</summary>
    public string? User { get; init; }

    /// <summary>More groups its programs are in, by name or number, looked up inside the image.</summary>
    public ImmutableArray<string> Groups { get; init; } = [];

    /// <summary>Null: the first 12 digits of the id.</summary>
    public string? Hostname { get; init; }

    /// <summary>The domain its host name is in, for /etc/hosts and the kernel (uname(2)); null: none.</summary>
    public string? Domainname { get; init; }

    /// <summary>Extra lines of /etc/hosts, as <c>name:address</c>; the address <c>host-gateway</c> is the machine's.</summary>
    public ImmutableArray<string> ExtraHosts { get; init; } = [];

    /// <summary>Name servers for /etc/resolv.conf; empty: the host's.</summary>
    public ImmutableArray<string> Dns { get; init; } = [];

    /// <summary>Domains that are searched; empty: the host's; <c>.</c> alone: none.</summary>
    public ImmutableArray<string> DnsSearch { get; init; } = [];

    /// <summary>Of resolv.conf(5), as <c>timeout:3</c>; they win over Brig's own.</summary>
    public ImmutableArray<string> DnsOptions { get; init; } = [];

    /// <summary>A pty instead of pipes.</summary>
    public bool Tty { get; init; }

    /// <summary>Of that pty when a run begins; null: 24 lines of 80.</summary>
    public TerminalSize? TtySize { get; init; }

    /// <summary>Keep standard input open for attach; otherwise it is /dev/null.</summary>
    public bool OpenStdin { get; init; }

    /// <summary>Brig's own small init as PID 1, which reaps zombies and forwards signals.</summary>
    public bool Init { get; init; }

    public bool ReadOnlyRoot { get; init; }

    /// <summary>
    /// Every capability and device, nothing masked, /sys writable, no seccomp filter, the host's user namespace. Marked wherever it is shown.
    /// </summary>
    public bool Privileged { get; init; }

    /// <summary>
    /// What it executes never gets more rights than it has: set-user-id bits and file capabilities do nothing (prctl(2), PR_SET_NO_NEW_PRIVS).
    /// Not for a privileged container.
    /// </summary>
    public bool NoNewPrivileges { get; init; } = true;

    /// <summary>Beyond the usual thirteen; with or without <c>CAP_</c>, <c>ALL</c> for every one.</summary>
    public ImmutableArray<string> CapAdd { get; init; } = [];

    /// <summary>NET_RAW is among the usual ones, as with Docker: busybox's ping needs it, and by it a program can pretend to be another on its networks.</summary>
    public bool NetRaw { get; init; }

    /// <summary>Wins over the thirteen, not over <see cref="CapAdd"/>: drop <c>ALL</c> and add one leaves that one.</summary>
    public ImmutableArray<string> CapDrop { get; init; } = [];

    /// <summary>Whether the parts of /proc and /sys that tell of the machine, or change it, are hidden and read-only.</summary>
    public SystemPaths SystemPaths { get; init; }

    /// <summary>More paths inside that nobody there can see into; one that is not there is left out.</summary>
    public ImmutableArray<string> MaskedPaths { get; init; } = [];

    /// <summary>More paths inside that nobody there can write to; one that is not there is left out.</summary>
    public ImmutableArray<string> ReadOnlyPaths { get; init; } = [];

    /// <summary>Device nodes of the host, beside null, zero, full, random, urandom, tty and ptys.</summary>
    public ImmutableArray<DeviceSpec> Devices { get; init; } = [];

    /// <summary>-1000 to 1000, proc_pid_oom_score_adj(5); never below the engine's own. Null: the engine's own.</summary>
    public int? OomScoreAdj { get; init; }

    /// <summary>An AppArmor profile that is loaded, or <c>unconfined</c>; null: the machine's own choice. Refused where the kernel has no AppArmor.</summary>
    public string? AppArmor { get; init; }

    /// <summary>Not for a privileged container.</summary>
    public SeccompSpec Seccomp { get; init; } = SeccompSpec.Default;

    public Namespaces Namespaces { get; init; } = new();

    /// <summary>
    /// Null: the network <c>default</c> if the network namespace is its own; empty: none. A container that exists has a list.
    /// One that an older Brig made has none, and stays without.
    /// </summary>
    public ImmutableArray<NetworkAttachment>? Networks { get; init; }

    /// <summary>Ports of the machine that lead into it; it must be on a network.</summary>
    public ImmutableArray<PortSpec> Ports { get; init; } = [];

    public ImmutableArray<MountSpec> Mounts { get; init; } = [];

    /// <summary>Nothing is mounted on /dev/shm.</summary>
    public bool NoShm { get; init; }

    /// <summary>Who joins its IPC namespace has its /dev/shm too. Only where that namespace is its own.</summary>
    public bool ShareableIpc { get; init; }

    /// <summary>Containers whose binds and volumes it has too, as <c>name[:ro]</c>; its own mounts win. A container that exists has them in <see cref="Mounts"/>.</summary>
    public ImmutableArray<string> VolumesFrom { get; init; } = [];

    public ImmutableArray<RlimitSpec> Rlimits { get; init; } = [];
    public ImmutableDictionary<string, string> Sysctls { get; init; } = ImmutableDictionary<string, string>.Empty;
    public ImmutableDictionary<string, string> Labels { get; init; } = ImmutableDictionary<string, string>.Empty;
    public Limits Limits { get; init; } = Limits.None;

    /// <summary>Its cgroup is in this one, which may have limits for all in it; a path in Brig's own tree, made when it is needed. Null: none.</summary>
    public string? CgroupParent { get; init; }
    public RestartPolicy Restart { get; init; } = RestartPolicy.No;

    /// <summary>Null: as the engine is set to.</summary>
    public LogSpec? Log { get; init; }

    /// <summary>Null: the image's HEALTHCHECK, if it has one.</summary>
    public HealthSpec? Health { get; init; }

    /// <summary>The signal Stop sends; null: the image's, else SIGTERM.</summary>
    public string? StopSignal { get; init; }

    /// <summary>How long Stop waits before it kills; null: 10 s.</summary>
    public TimeSpan? StopGrace { get; init; }

    /// <summary>Remove it when it exits.</summary>
    public bool AutoRemove { get; init; }

    /// <summary>The pod it is in: its network, IPC, host name and users are that one's, its processes too if the pod says so. Id or name; in a container that exists, the id.</summary>
    public string? Pod { get; init; }

    /// <summary>What makes it a pod's sandbox, which only <c>IPods</c> does; null: a container like others.</summary>
    public SandboxSpec? Sandbox { get; init; }

    /// <summary>Null: it was not made by a client of Docker's API.</summary>
    public DockerAside? Docker { get; init; }
}

/// <summary>1 to 4096 each.</summary>
public sealed record TerminalSize(int Rows, int Columns);

public enum SystemPaths
{
    /// <summary>As <see cref="Brig.Linux.Wire.StandardRoot"/> lists them.</summary>
    Masked,

    /// <summary>All of /proc and /sys is to be seen and, by whom the kernel lets, written to.</summary>
    Unconfined,
}

/// <param name="HostPath">A device node, for example <c>/dev/fuse</c>.</param>
/// <param name="Path">Where it is inside; null: as on the host.</param>
/// <param name="Permissions">Of r (read), w (write), m (make a node of it).</param>
public sealed record DeviceSpec(string HostPath, string? Path = null, string Permissions = "rwm");

/// <param name="Name">Without RLIMIT_, lower case, for example <c>nofile</c> (getrlimit(2)).</param>
public sealed record RlimitSpec(string Name, ulong Soft, ulong Hard);

public enum RestartMode { No, OnFailure, Always, UnlessStopped }

/// <param name="MaxRetries">OnFailure only; 0: no end.</param>
public sealed record RestartPolicy(RestartMode Mode, int MaxRetries = 0)
{
    public static readonly RestartPolicy No = new(RestartMode.No);
}
