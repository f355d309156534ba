using System.Collections.Concurrent;

namespace Brig.Engine.Containers;

/// <summary>What the engine holds of one container while it lives. Everything but <see cref="Now"/> is touched under <see cref="Lock"/> only.</summary>
internal sealed class ContainerEntry(Container container)
{
    /// <summary>Serialises the verbs on this container.</summary>
    public AsyncLock Lock { get; } = new();

    public ContainerId Id { get; } = container.Id;

    /// <summary>As it is now; replaced whole, by <see cref="ContainerTable"/> only.</summary>
    public Container Now { get; set; } = container;

    /// <summary>Somebody wants it to run: started, and not stopped by hand since.</summary>
    public bool Wanted { get; set; }

    /// <summary>Stop or remove asked for the end that comes: no restart then.</summary>
    public bool Stopping { get; set; }

    /// <summary>Null while it does not run.</summary>
    public ContainerRun? Run { get; set; }

    /// <summary>Cancels the wait before the next restart.</summary>
    public CancellationTokenSource? Restart { get; set; }

    public ConcurrentDictionary<string, ExecEntry> Execs { get; } = new();
}
