using System.Collections.Immutable;
using Brig.Engine.Ids;
using Brig.Engine.Networks.Addresses;

namespace Brig.Engine;

/// <summary>Where an engine keeps its things. Bound from configuration with the prefix <c>BRIG_</c>.</summary>
public sealed record EngineOptions
{
    /// <summary><c>BRIG_ROOT</c>: data that must survive a reboot.</summary>
    public string Root { get; init; } = "/var/lib/brig";

    /// <summary><c>BRIG_RUN</c>: sockets and pids, gone after a reboot.</summary>
    public string Run { get; init; } = "/run/brig";

    /// <summary><c>BRIG_SHIM</c>: the shim's executable; default beside the engine.</summary>
    public string Shim { get; init; } = Path.Combine(AppContext.BaseDirectory, "brig-shim");

    /// <summary><c>BRIG_BUSYBOX</c>: the static busybox from which <c>brig/busybox</c> is made at the first start.</summary>
    public string Busybox { get; init; } = "/bin/busybox";

    /// <summary><c>BRIG_LOG_MAX_SIZE</c>: bytes of one log file before the shim begins the next.</summary>
    public long LogMaxSize { get; init; } = 16 * 1024 * 1024;

    /// <summary><c>BRIG_LOG_MAX_FILES</c>: how many log files of one container are kept.</summary>
    public int LogMaxFiles { get; init; } = 4;

    /// <summary><c>BRIG_HISTORY_QUOTA</c>: bytes of metrics history that are kept; above it the oldest goes first.</summary>
    public long HistoryQuota { get; init; } = 1L << 30;

    /// <summary><c>BRIG_LOGS_QUOTA</c>: bytes of logs of removed containers; the oldest go first. 0: none is kept.</summary>
    public long LogsQuota { get; init; } = 10L * 1024 * 1024 * 1024;

    /// <summary><c>BRIG_LOGS_KEEP_DAYS</c>: how long the log of a removed container is kept.</summary>
    public TimeSpan LogsKeep { get; init; } = TimeSpan.FromDays(30);

    /// <summary><c>BRIG_REGISTRY_CERTS</c>: a folder for each registry (<c>HOST</c> or <c>HOST:PORT</c>) with certificates of authorities, <c>*.crt</c>, that are believed for it alone.</summary>
    public string RegistryCertificates { get; init; } = "/etc/docker/certs.d";

    /// <summary><c>BRIG_SECCOMP_PROFILE</c>: a file in Docker's JSON format, for every container that asks for no other; null: Brig's own.</summary>
    public string? SeccompProfile { get; init; }

    /// <summary><c>BRIG_ID_RANGE</c>, as <c>first:count</c>: the ids of the host from which every container gets 65,536 of its own.</summary>
    public IdSpan Ids { get; init; } = IdSpan.Default;

    /// <summary><c>BRIG_POOLS</c>, as <c>base:size,…</c>: where subnets of networks come from.</summary>
    public AddressPools Pools { get; init; } = AddressPools.Default;

    /// <summary><c>BRIG_DEFAULT_NETWORK</c>: the network of containers that name none; null (<c>none</c>): they are on none.</summary>
    public string? DefaultNetwork { get; init; } = Networks.NetworkSpec.DefaultName;

    /// <summary><c>BRIG_SHORTCUTS</c>: containers of one network send to each other past the bridge, and connections that stay on the machine are not paced; off: a firewall of the machine's that looks at bridges sees all of it.</summary>
    public bool Shortcuts { get; init; } = true;

    /// <summary><c>BRIG_HOST_NETWORK</c>: a file of a network namespace in place of the engine's own as the machine's; for tests, whose bridges and rules are nobody's business.</summary>
    public string? HostNetwork { get; init; }

    /// <summary>Ports of <c>BRIG_URLS</c> that more than the loopback reaches: containers do not, unless their network says <c>reachHost: true</c>.</summary>
    public ImmutableArray<int> OwnPorts { get; init; } = [];

    /// <summary>Where this machine's Brigs write down which of them uses which subnets. One place for all, so it is no setting.</summary>
    public string SubnetClaims { get; init; } = "/var/lib/brig-subnets";

    /// <summary>Where this machine's Brigs write down which of them gives which ids. One place for all, so it is no setting.</summary>
    public string IdClaims { get; init; } = "/var/lib/brig-ids";
}
