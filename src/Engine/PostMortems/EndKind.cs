namespace Brig.Engine.PostMortems;

public enum EndKind
{
    /// <summary>Its program ended by itself, with another code than 0.</summary>
    Exited,

    /// <summary>A signal ended it.</summary>
    Signalled,

    /// <summary>The kernel's out-of-memory killer ended it.</summary>
    OutOfMemory,

    /// <summary>The kernel's out-of-memory killer took one of its processes, and its first process lived on.</summary>
    ProcessOutOfMemory,

    /// <summary>It was restarted or stopped because its health check failed.</summary>
    Unhealthy,

    /// <summary>Its shim was killed, or the machine went down.</summary>
    Lost,

    /// <summary>It could not be started.</summary>
    NotStarted,
}

/// <summary>Who ended it, as far as that can be known.</summary>
public enum EndedBy
{
    /// <summary>Nobody: its own program.</summary>
    Itself,

    /// <summary>The kernel, for memory.</summary>
    OutOfMemoryKiller,

    /// <summary>The kernel, because the program did what it may not.</summary>
    Kernel,

    /// <summary>Somebody through Brig: kill, or a stop.</summary>
    Request,

    /// <summary>Brig by itself: its health check failed.</summary>
    HealthCheck,

    /// <summary>A process of the machine that is not Brig.</summary>
    Outside,

    /// <summary>One of itself or somebody of the machine: the kernel does not tell which.</summary>
    Unknown,
}
