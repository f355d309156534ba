using Brig.Engine.Events;

namespace Brig.Engine.Containers;

/// <summary>Removes containers: one commit, and it is gone; the slow deleting follows, and is finished at the next start when it was not.</summary>
internal sealed class Remover(ContainerTable table, ContainerRows rows, Execs execs, EnginePaths paths, EventLog events)
{
    /// <summary>Under its lock, not running.</summary>
    public async Task RemoveHeldAsync(ContainerEntry entry)
    {
        Supervisor.CancelRestart(entry);
        var before = entry.Now.State;
        table.Replace(entry, container => container with { State = before with { Status = ContainerStatus.Removing, RestartAt = null } });
        try
        {
            await DeleteRowAsync(entry);
        }
        catch
        {
            table.Replace(entry, container => container with { State = before });
            throw;
        }
        table.Remove(entry);
        entry.End(before.Exit ?? new ExitStatus(0, 0, false));
        events.Add("container", "remove", entry.Id.Value, entry.Now.Name);
        _ = DeleteFilesAsync(entry);
    }

    private async Task DeleteRowAsync(ContainerEntry entry)
    {
        try
        {
            await rows.RemoveAsync(entry.Id);
        }
        catch (EngineException e) when (e.Kind == EngineErrorKind.Unavailable)
        {
            // On a full disk even a DELETE needs room: what the container itself wrote makes it.
            await Task.Run(() => Trash.Delete(paths.Container(entry.Id)));
            await rows.RemoveAsync(entry.Id);
        }
    }

    private async Task DeleteFilesAsync(ContainerEntry entry)
    {
        execs.Forget(entry);
        await entry.CleanUp;
        Trash.Take(paths, paths.Container(entry.Id));
    }
}
