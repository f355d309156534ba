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
}
