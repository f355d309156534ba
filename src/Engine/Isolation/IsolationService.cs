using System.Collections.Immutable;
using System.Globalization;
using Brig.Engine.Containers;
using Brig.Engine.Isolation.Seccomp;
using Brig.Linux.Cgroups;
using Brig.Linux.Proc;

namespace Brig.Engine.Isolation;

/// <summary>Each question, where it is answered.</summary>
internal sealed class IsolationService(ContainerTable table, CgroupHost cgroups, EnginePaths paths, ReportMaker reports, ViewMaker views, SeccompFilters filters) : IIsolation
{
    public Task<IsolationReport> ReportAsync(string idOrName, CancellationToken stop = default) => reports.MakeAsync(table.Find(idOrName), stop);

    public Task<ImmutableArray<ProcessPrivileges>> ProcessesAsync(string idOrName, CancellationToken stop = default)
    {
        var running = Running(idOrName);
        return Task.Run(() => PrivilegeReader.Read(running.State.Pid, cgroups.Open(paths.Cgroup(running)).Pids()), stop);
    }

    public Task<IdMaps> IdMapsAsync(string idOrName, CancellationToken stop = default)
    {
        var running = Running(idOrName);
        return Task.Run(() => KernelFacts.IdMaps(running.State.Pid) ?? throw Ended(running), stop);
    }

    public Task<ImmutableArray<MountRow>> MountsAsync(string idOrName, CancellationToken stop = default)
    {
        var running = Running(idOrName);
        return Task.Run(() => KernelFacts.Mounts(running.State.Pid) ?? throw Ended(running), stop);
    }

    public Task<ImmutableArray<NamespaceComparison>> CompareAsync(string idOrName, string other, CancellationToken stop = default)
    {
        int one = table.Find(idOrName).Now.State.Pid, two = table.Find(other).Now.State.Pid;
        return Task.Run<ImmutableArray<NamespaceComparison>>(() => [.. KernelFacts.Kinds.Select(kind => new NamespaceComparison(kind, Inode(one, kind), Inode(two, kind), ProcFile.Namespace("self", kind)))], stop);
    }

    public Task<TwoViews> ViewAsync(string idOrName, CancellationToken stop = default)
    {
        var (_, run) = Run(idOrName);
        return Task.Run(() => views.MakeAsync(run, cgroups.Open(paths.Cgroup(table.Find(idOrName).Now)).Pids(), stop), stop);
    }

    /// <summary>Not under its lock, which a stop holds for as long as the program takes: the run is replaced whole, and one that just ended is noticed by its start time.</summary>
    private (Container Now, ContainerRun Run) Run(string idOrName)
    {
        var entry = table.Find(idOrName);
        var container = entry.Now;
        return entry.Run is { } run ? (container, run) : throw EngineException.Conflict($"Container {container.Name} does not run.");
    }

    public Task<ResolvedProfile?> SeccompAsync(string idOrName, CancellationToken stop = default)
    {
        var spec = table.Find(idOrName).Now.Spec;
        return Task.Run(() => spec.Privileged ? null : filters.Resolve(spec.Seccomp, new(Containers.Capabilities.Mask(spec.Privileged, spec.CapAdd, spec.CapDrop, spec.NetRaw))), stop);
    }

    private static ulong Inode(int pid, string kind) => pid == 0 ? 0 : ProcFile.Namespace(pid.ToString(CultureInfo.InvariantCulture), kind);

    private Container Running(string idOrName)
    {
        var container = table.Find(idOrName).Now;
        return container.State.Pid > 0 ? container : throw EngineException.Conflict($"Container {container.Name} does not run.");
    }

    private static EngineException Ended(Container container) => EngineException.Conflict($"Container {container.Name} has just ended.");
}
