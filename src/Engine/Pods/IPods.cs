using System.Collections.Immutable;
using Brig.Engine.Containers;

namespace Brig.Engine.Pods;

/// <summary>
/// Containers that share a network, IPC, a host name and, if wanted, processes; started and stopped as one, with limits for the whole. A container is put into one by
/// <see cref="ContainerSpec.Pod"/> when it is created, and is otherwise a container like others: a restart of it keeps the rest, its end is not the pod's.
/// A pod is named by its id, an unambiguous start of its id, or its name.
/// All throw <see cref="EngineException"/>: NotFound for a name no pod has, Conflict for a verb its state forbids.
/// </summary>
public interface IPods
{
    ImmutableArray<Pod> List();
    Pod Get(string idOrName);

    /// <summary>Without a container in it yet. Invalid, Conflict (name), NotFound (a network).</summary>
    Task<Pod> CreateAsync(PodSpec spec, CancellationToken stop = default);

    /// <summary>It, then its containers in the order in which they were made; those that run stay. NotModified when all run. One that cannot be started does not keep the others from it; the error names it.</summary>
    Task<Pod> StartAsync(string idOrName, CancellationToken stop = default);

    /// <summary>Its containers in reverse order, each with its own stop signal and grace, then itself. NotModified when nothing of it runs.</summary>
    Task<Pod> StopAsync(string idOrName, TimeSpan? grace = null, CancellationToken stop = default);

    /// <summary>The whole.</summary>
    Task<Pod> RestartAsync(string idOrName, TimeSpan? grace = null, CancellationToken stop = default);

    /// <summary>Replaces the limits of the whole, live when it runs; either all of them hold afterwards or none changed.</summary>
    Task<Pod> UpdateLimitsAsync(string idOrName, Limits limits, CancellationToken stop = default);

    /// <summary>With all its containers. Conflict when one of them runs, unless forced.</summary>
    Task RemoveAsync(string idOrName, bool force = false, CancellationToken stop = default);
}
