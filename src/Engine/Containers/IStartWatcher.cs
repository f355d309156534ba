using Brig.Linux.Cgroups;

namespace Brig.Engine.Containers;

/// <summary>Takes part in every start of a container.</summary>
internal interface IStartWatcher
{
    /// <summary>Under the container's lock, before anything is made: the last moment to change what is asked for.</summary>
    /// <exception cref="EngineException">What was to change could not be written down; then nothing is started.</exception>
    Task BeforeAsync(ContainerEntry entry);

    /// <summary>Its cgroup is made, and nobody is in it yet. What goes wrong here fails no start.</summary>
    void InCgroup(Container container, Cgroup cgroup);
}
