using Brig.Linux.Cgroups;

namespace Brig.Engine.Containers;

/// <summary>Several, one after the other.</summary>
internal sealed class StartWatchers(params IStartWatcher[] watchers) : IStartWatcher
{
    public async Task BeforeAsync(ContainerEntry entry)
    {
        foreach (var watcher in watchers)
        {
            await watcher.BeforeAsync(entry);
        }
    }

    public void InCgroup(Container container, Cgroup cgroup)
    {
        foreach (var watcher in watchers)
        {
            watcher.InCgroup(container, cgroup);
        }
    }
}
