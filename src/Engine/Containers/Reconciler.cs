using System.Globalization;
using System.Net.Sockets;
using Brig.Engine.Containers.Probes;
using Brig.Engine.Events;
using Brig.Engine.Ids;
using Brig.Engine.Networks;
using Brig.Engine.State;
using Brig.Linux;
using Brig.Linux.Cgroups;
using Microsoft.Extensions.Logging;

namespace Brig.Engine.Containers;

/// <summary>
/// Brings together what is kept and what is, when the engine starts:
/// <code>
/// 1. a row is a container; it is in the table before anything else
/// 2. every shim that answers is adopted, all at once; the rest ended: by their exit file, or killed
/// 3. cgroups, run folders and folders without a row are removed, for they are half a create or half a remove
/// 4. policies start what shall run; what was to be removed with its end, and has ended, is
/// </code>
/// </summary>
internal sealed partial class Reconciler(
    ContainerTable table, ContainerRows rows, Supervisor supervisor, Remover remover, Execs execs, ProbeRunner probes, SharedMemory memory, CgroupHost cgroups, StartNetwork networks, NetworkHost networkHost, Pins pins,
    IdPool idPool, EndpointBook endpoints, EnginePaths paths, EventLog events, ILogger<Reconciler> log)
{
    private static readonly TimeSpan ShimAnswers = TimeSpan.FromSeconds(30);   // it listens, so it lives: only one that hangs for long is given up

    public async Task StartAsync(CancellationToken stop)
    {
        var entries = rows.All().Select(Load).ToList();
        await Task.WhenAll(entries.Select(entry => Task.Run(() => FindAsync(entry, stop), stop)));
        execs.DeleteOrphans();
        await Task.Run(() => DeleteOrphans([.. entries.Select(entry => entry.Id.Value)]), stop);
        await Task.Run(networkHost.Found, stop);
        foreach (var entry in entries)
        {
            using var held = await entry.Lock.TakeAsync(stop);
            if (ShallRun(entry))
            {
                entry.Wanted = true;
                entry.ExpectEnd();
                supervisor.ScheduleRestart(entry, TimeSpan.Zero);
            }
            else if (entry.Now is { Spec.AutoRemove: true, State.Status: ContainerStatus.Exited } && table.TryGet(entry.Id, out _))
            {
                await RemoveAsync(entry);
            }
        }
    }

    /// <summary>An engine before us was killed between its end and this.</summary>
    private async Task RemoveAsync(ContainerEntry entry)
    {
        try
        {
            await remover.RemoveHeldAsync(entry, withVolumes: true);
        }
        catch (EngineException e)
        {
            NotRemoved(entry.Now.Name, e.Message);
        }
    }

    /// <summary>Nothing of an engine without running containers stays in the kernel.</summary>
    public void RemoveEmptyInstance()
    {
        pins.RemoveEmpty();
        if (table.Entries().All(entry => entry.Run is null || entry.Now.Spec.CgroupParent is null))
        {
            TryRemove(paths.CgroupParents);
        }
        if (cgroups.Children(paths.Instance).Count == 0)
        {
            TryRemove(paths.Instance);
        }
    }

    private void TryRemove(string cgroup)
    {
        try
        {
            cgroups.Open(cgroup).Remove();
        }
        catch (LinuxException)
        {
            // Empty directories that stay hurt nobody.
        }
    }

    private ContainerEntry Load(ContainerRow row)
    {
        var id = new ContainerId(row.Id);
        var state = EngineJson.Read<ContainerState>(row.State);
        var spec = EngineJson.Read<ContainerSpec>(row.Spec);
        spec = spec with { Networks = spec.Networks ?? [] };   // of a Brig that had no networks
        var places = row.Places is { } json ? EngineJson.Read<Places>(json) : Places.None;
        UserIds? ids = row.FirstId is { } first ? new((uint)first) : null;
        table.ClaimName(row.Name, id);
        idPool.Hold(ids);
        var entry = table.Add(new(id, row.Name, spec, state, Instant.FromMicroseconds(row.CreatedAt), row.ImageDigest, row.CommandLine, Version: 1) { Ids = ids, Endpoints = endpoints.Hold(places.Endpoints) });
        entry.Wanted = row.Wanted;
        entry.PickedPorts = places.Picked;
        return entry;
    }

    private async Task FindAsync(ContainerEntry entry, CancellationToken stop)
    {
        using var held = await entry.Lock.TakeAsync(stop);
        await execs.AdoptAsync(entry, stop);
        probes.EndLeft(entry.Now);
        try
        {
            var shim = await ShimConnection.ConnectAsync(paths.Shim(entry.Id), stop);
            var status = await shim.HelloAsync(stop).WaitAsync(ShimAnswers, stop);
            if (status.Pid == 0)
            {
                await shim.DisposeAsync();   // killed between the plan and the exec
            }
            else
            {
                supervisor.Adopt(entry, shim, status);
                await networks.AdoptAsync(entry.Now);
                events.Add(entry.Now, "adopt", ("pid", status.Pid.ToString(CultureInfo.InvariantCulture)));
                return;
            }
        }
        catch (Exception e) when (e is SocketException or EngineException or LinuxException or TimeoutException)
        {
            // Nobody there.
        }
        if (WasRunning(entry))
        {
            await supervisor.EndUnseenAsync(entry);
        }
        else if (entry.Now.State.Status is ContainerStatus.Removing)
        {
            supervisor.Change(entry, state => state with { Status = ContainerStatus.Exited });
        }
    }

    /// <summary>The row may be older than its last start or end by what the state writer had not written yet: the folder knows better.</summary>
    private bool WasRunning(ContainerEntry entry)
    {
        var state = entry.Now.State;
        if (state.Status is ContainerStatus.Running or ContainerStatus.Paused)
        {
            return true;
        }
        if (state.Status is ContainerStatus.Restarting)
        {
            return false;
        }
        return Directory.Exists(paths.Shim(entry.Id))
            || (ExitFiles.TryRead(paths.Container(entry.Id)) is { } exit && (state.FinishedAt is null || state.FinishedAt.Value.ToMicroseconds() != exit.FinishedAt / 1000));
    }

    private static bool ShallRun(ContainerEntry entry) => entry.Now.State.Status switch
    {
        ContainerStatus.Restarting => true,
        // Docker's rule as well: always is meant also over a stop by hand, once the engine starts anew.
        // Wanted, and yet ended: its start was answered, and a power cut came before its state reached the disk.
        ContainerStatus.Exited => entry.Now.Spec.Restart.Mode == RestartMode.Always || (entry.Wanted && entry.Now.Spec.Restart.Mode == RestartMode.UnlessStopped),
        ContainerStatus.Created => entry.Wanted && entry.Now.Spec.Restart.Mode != RestartMode.No,
        _ => false,
    };

    private void DeleteOrphans(HashSet<string> known)
    {
        foreach (string folder in Directory.GetDirectories(paths.Containers).Where(folder => !known.Contains(Path.GetFileName(folder))))
        {
            Trash.Take(paths, folder);
        }
        foreach (string folder in Directory.GetDirectories(paths.Shims))
        {
            string id = Path.GetFileName(folder);
            if (!known.Contains(id) || (table.TryGet(new(id), out var entry) && entry.Run is null))
            {
                Trash.Delete(folder);
            }
        }
        pins.RemoveOthers(known);
        memory.RemoveOthers(table.Entries().Where(entry => entry.Run is not null).Select(entry => entry.Id.Value).ToHashSet());
        DeleteCgroups(paths.Instance, [.. table.Entries().Where(entry => entry.Run is not null).SelectMany(entry => (string[])[paths.Cgroup(entry.Now), paths.Processes(entry.Now)])]);
    }

    /// <param name="running">Cgroups of what runs.</param>
    private void DeleteCgroups(string parent, HashSet<string> running)
    {
        foreach (string path in cgroups.Children(parent).Select(name => $"{parent}/{name}"))
        {
            if (running.Any(one => one.StartsWith(path + "/", StringComparison.Ordinal)))
            {
                DeleteCgroups(path, running);   // a pod's, or one that containers were asked to be below of
                continue;
            }
            try
            {
                if (!running.Contains(path))
                {
                    var cgroup = cgroups.Open(path);
                    cgroup.KillAll();
                    cgroup.Remove();
                }
            }
            catch (LinuxException e)
            {
                OrphanStays(path, e.Message);
            }
        }
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "Container {Name}, which removes itself, stays: {Reason}")]
    private partial void NotRemoved(string name, string reason);

    [LoggerMessage(Level = LogLevel.Warning, Message = "The cgroup {Id} belongs to no container and could not be removed: {Reason}")]
    private partial void OrphanStays(string id, string reason);
}
