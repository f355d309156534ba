using System.Collections.Immutable;

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

    /// <summary>Program and arguments, after the entrypoint; empty: the image's.</summary>
    public ImmutableArray<string> Command { get; init; } = [];

    /// <summary><c>NAME=value</c>, over the image's.</summary>
    public ImmutableArray<string> Env { get; init; } = [];

    /// <summary>An absolute path inside; null: the image's.</summary>
    public string? WorkingDir { get; init; }

    /// <summary><c>user[:group]</c>, by name or number, looked up inside the image; null: the image's.</summary>
    public string? User { get; init; }

    /// <summary>Null: the first 12 digits of the id.</summary>
    public string? Hostname { get; init; }

    /// <summary>Extra lines of /etc/hosts, as <c>name:address</c>.</summary>
    public ImmutableArray<string> ExtraHosts { get; init; } = [];

    /// <summary>Name servers for /etc/resolv.conf; empty: the host's.</summary>
    public ImmutableArray<string> Dns { get; init; } = [];

    /// <summary>A pty instead of pipes.</summary>
    public bool Tty { get; init; }

    /// <summary>Keep standard input open for attach; otherwise it is /dev/null.</summary>
    public bool OpenStdin { get; init; }

    /// <summary>Brig's own small init as PID 1, which reaps zombies and forwards signals.</summary>
    public bool Init { get; init; }

    public bool ReadOnlyRoot { get; init; }

    /// <summary>Every capability and device, nothing masked. Marked wherever it is shown.</summary>
    public bool Privileged { get; init; }

    public ImmutableArray<string> CapAdd { get; init; } = [];
    public ImmutableArray<string> CapDrop { get; init; } = [];
    public Namespaces Namespaces { get; init; } = new();
    public ImmutableArray<MountSpec> Mounts { get; init; } = [];
    public ImmutableArray<RlimitSpec> Rlimits { get; init; } = [];
    public ImmutableDictionary<string, string> Sysctls { get; init; } = ImmutableDictionary<string, string>.Empty;
    public ImmutableDictionary<string, string> Labels { get; init; } = ImmutableDictionary<string, string>.Empty;
    public Limits Limits { get; init; } = Limits.None;
    public RestartPolicy Restart { get; init; } = RestartPolicy.No;

    /// <summary>The signal Stop sends; null: the image's, else SIGTERM.</summary>
    public string? StopSignal { get; init; }

    /// <summary>How long Stop waits before it kills; null: 10 s.</summary>
    public TimeSpan? StopGrace { get; init; }

    /// <summary>Remove it when it exits.</summary>
    public bool AutoRemove { get; init; }
}

public enum MountKind { Bind, Tmpfs }

/// <param name="Source">A host path for Bind; null for Tmpfs.</param>
/// <param name="Target">An absolute path inside.</param>
/// <param name="SizeBytes">Tmpfs only; null: half of memory, as the kernel does.</param>
public sealed record MountSpec(MountKind Kind, string? Source, string Target, bool ReadOnly = false, long? SizeBytes = null);

/// <param name="Name">Without RLIMIT_, lower case, for example <c>nofile</c> (getrlimit(2)).</param>
public sealed record RlimitSpec(string Name, ulong Soft, ulong Hard);

public enum RestartMode { No, OnFailure, Always, UnlessStopped }

/// <param name="MaxRetries">OnFailure only; 0: no end.</param>
public sealed record RestartPolicy(RestartMode Mode, int MaxRetries = 0)
{
    public static readonly RestartPolicy No = new(RestartMode.No);
}
