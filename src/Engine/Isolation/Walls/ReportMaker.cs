using System.Collections.Immutable;
using Brig.Engine.Containers;
using Brig.Engine.Isolation.Seccomp;
using Brig.Linux.Cgroups;
using Brig.Linux.Proc;
using Brig.Linux.Wire;

namespace Brig.Engine.Isolation;

/// <summary>Gathers what the kernel, the engine's records and a look inside say of one container, and judges each wall by it.</summary>
internal sealed class ReportMaker(ContainerTable table, CgroupHost cgroups, EnginePaths paths, BirthFiles births, InsideReader inside, SeccompFilters filters, Privileges privileges)
{
    public async Task<IsolationReport> MakeAsync(ContainerEntry entry, CancellationToken stop)
    {
        var run = entry.Run;
        var cgroup = cgroups.Open(paths.Cgroup(entry.Now));
        var status = run is null ? null : ProcFile.Read(run.Pid, "status") is { } text ? ProcessStatus.Parse(text) : null;
        int first = status?.InnerPids is [.., var inner] ? inner : 1;
        InsideAnswer? looked = null;
        string? missing = null;
        if (run is not null && status is not null)
        {
            (looked, missing) = await LookAsync(entry.Now, run, first, stop);
        }
        return await Task.Run(async () =>
        {
            var mounts = run is null ? [] : KernelFacts.Mounts(run.Pid) ?? [];
            var found = new Evidence(
                entry.Now, run?.Pid ?? 0, status, looked, first, mounts, cgroup, Plan(entry), await StepsAsync(entry, stop),
                [.. table.List().Where(other => other.Id != entry.Id && other.State.Pid > 0)]);
            return Report(found, missing);
        }, stop);
    }

    private IsolationReport Report(Evidence found, string? missing)
    {
        ImmutableArray<ProcessPrivileges> processes = found.Running ? PrivilegeReader.Read(found.Pid, found.Cgroup.Pids()) : [];
        var devices = FileWalls.DeviceRows(found);
        WallReport[] namespaces = [.. NamespaceWalls.All(found, processes, Usual())];
        return new(
            found.Container.Id, found.Container.Name, found.Running, found.Spec.Privileged, missing,
            [
                .. namespaces,
                FileWalls.Root(found), FileWalls.Paths(found), RightWalls.Capabilities(found), RightWalls.NoNewPrivileges(found), RightWalls.Seccomp(found, filters), FileWalls.Devices(found, devices),
                LimitWalls.Pids(found), LimitWalls.Memory(found), LimitWalls.Cpu(found), LimitWalls.Rlimits(found), NetworkWalls.Sysctls(found, namespaces), RightWalls.Label(found), LimitWalls.OomScore(found),
                NetworkWalls.Network(found, namespaces),
            ],
            processes, found.Running ? KernelFacts.IdMaps(found.Pid) ?? Nobody : Nobody, found.Mounts, devices, NetworkWalls.Rows(found), privileges.Find(found.Container.Id));
    }

    private static readonly IdMaps Nobody = new(false, [], []);

    /// <summary>What a container for which nobody says anything has.</summary>
    private static Namespaces Usual() => new();

    /// <summary>A look that fails is told beside what the host sees; it takes nothing away from that.</summary>
    private async Task<(InsideAnswer?, string?)> LookAsync(Container container, ContainerRun run, int first, CancellationToken stop)
    {
        LookFile[] files =
        [
            .. ((string[])["status", "uid_map", "gid_map", "limits", "oom_score_adj", "attr/current"]).Select(name => new LookFile($"/proc/{first}/{name}", 4096)),
            .. NetworkWalls.Names(container.Spec).Select(name => new LookFile(NetworkWalls.File(name), 1024)),
            .. ((string[])["pids.max", "pids.current", "memory.max", "memory.current", "cpu.max"]).Select(name => new LookFile("/sys/fs/cgroup/" + name, 256)),
        ];
        try
        {
            return (await inside.ReadAsync(run, [.. files], [], network: true, stop), null);
        }
        catch (EngineException e)
        {
            return (null, e.Message);
        }
    }

    private LaunchPlan? Plan(ContainerEntry entry)
    {
        try
        {
            return PlanReader.Read(File.ReadAllBytes(paths.Container(entry.Id) + "/plan"));
        }
        catch (Exception e) when (e is IOException or WireException)
        {
            return null;
        }
    }

    private async Task<ImmutableArray<BirthStep>> StepsAsync(ContainerEntry entry, CancellationToken stop)
    {
        try
        {
            return (await births.ReadAsync(entry, stop)).Steps;
        }
        catch (EngineException)
        {
            return [];   // never started
        }
    }
}
