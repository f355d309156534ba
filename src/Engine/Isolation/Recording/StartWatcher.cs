using Brig.Engine.Containers;
using Brig.Linux.Cgroups;

namespace Brig.Engine.Isolation;

/// <summary>What isolation has to do at a start: an applied proposal takes effect, a recording begins.</summary>
internal sealed class StartWatcher(Privileges privileges, Recorders recorders) : IStartWatcher
{
    public Task BeforeAsync(ContainerEntry entry) => privileges.TakeEffectAsync(entry);

    public void InCgroup(Container container, Cgroup cgroup) => recorders.Starting(container, cgroup);
}
