using Brig.Engine.Events;
using Brig.Engine.Ids;
using Brig.Engine.Isolation;
using Brig.Engine.Logs.Keeping;
using Brig.Engine.Logs.Search;
using Brig.Engine.Networks;
using Brig.Engine.Volumes;

namespace Brig.Engine.Containers;

/// <summary>Removes containers: one commit, and it is gone; the slow deleting follows, and is finished at the next start when it was not.</summary>
internal sealed class Remover(
    ContainerTable table, ContainerRows rows, Execs execs, PreparedExecs prepared, DenialBook denials, IdPool ids, VolumeRemovals volumes, StartNetwork networks, EndpointBook endpoints, IEndWatcher ends, KeptLogs logs, EnginePaths paths, EventLog events, TimeProvider time)
{
    /// <summary>A build's step told its output as the build's.</summary>
    private const string BuildLabel = "brig.build";

    /// <summary>Under its lock, not running.</summary>
    /// <param name="withVolumes">Those without a name go too, unless another container has them; they always do with one that removes itself.</param>
    public async Task RemoveHeldAsync(ContainerEntry entry, bool withVolumes = false)
    {
        Supervisor.CancelRestart(entry);
        var before = entry.Now.State;
        table.Replace(entry, container => container with { State = before with { Status = ContainerStatus.Removing, RestartAt = null } });
        var going = volumes.Take(entry.Now.Id.Value, withVolumes || entry.Now.Spec.AutoRemove ? [.. entry.Now.Spec.Mounts.Where(mount => mount.Kind == MountKind.Volume).Select(mount => mount.Source!)] : []);
        LogSource? log;
        try
        {
            log = await DeleteRowAsync(entry, going.Volumes);
        }
        catch
        {
            going.PutBack();
            table.Replace(entry, container => container with { State = before });
            throw;
        }
        if (log is not null)
        {
            logs.Add(log);
        }
        table.Remove(entry);
        endpoints.Leave(entry.Now.Endpoints);
        denials.Forget(entry.Id);
        entry.Remove(before.Exit ?? new ExitStatus(0, 0, false));
        entry.Root.BreakOff();
        events.Add(entry.Now, "remove");
        going.Delete();
        _ = DeleteFilesAsync(entry);
    }

    /// <returns>Whose log is kept; null: it is not.</returns>
    private async Task<LogSource?> DeleteRowAsync(ContainerEntry entry, IReadOnlyCollection<Volume> going)
    {
        var log = entry.Now.Spec.Labels.ContainsKey(BuildLabel) ? null : logs.Prepare(LogOwners.Source(entry.Now));
        try
        {
            await rows.RemoveAsync(entry.Id, going, log is null ? null : KeptLogs.Row(log));
            return log;
        }
        catch (EngineException e) when (e.Kind == EngineErrorKind.Unavailable)
        {
            // On a full disk even a DELETE needs room: what the container itself wrote makes it, its log too.
            await Task.Run(() => Trash.Delete(paths.Container(entry.Id)));
            await rows.RemoveAsync(entry.Id, going, null);
            return null;
        }
    }

    private async Task DeleteFilesAsync(ContainerEntry entry)
    {
        execs.Forget(entry);
        prepared.Forget(entry);
        await entry.CleanUp;
        using var root = await entry.Root.TakeAsync(time);   // nobody works in its files any more
        await networks.ReleaseAsync(entry.Now);
        await ends.SettledAsync(entry.Id);
        logs.Move(entry.Id);
        Trash.Take(paths, paths.Container(entry.Id));
        ids.Release(entry.Now.Ids);   // its last process is gone
    }
}
