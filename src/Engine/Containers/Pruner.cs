namespace Brig.Engine.Containers;

/// <summary>Removes all that neither run nor wait to restart.</summary>
internal sealed class Pruner(ContainerTable table, Remover remover, EnginePaths paths)
{
    public async Task<PruneReport> PruneAsync(CancellationToken stop)
    {
        var removed = new List<string>();
        long bytes = 0;
        foreach (var entry in table.Entries())
        {
            using var held = await entry.Lock.TakeAsync(stop);
            if (table.TryGet(entry.Id, out _) && entry.Now.State.Status is ContainerStatus.Created or ContainerStatus.Exited)
            {
                bytes += await Task.Run(() => Size(paths.Container(entry.Id)), stop);
                await remover.RemoveHeldAsync(entry);
                removed.Add(entry.Now.Name);
            }
        }
        return new([.. removed], bytes);
    }

    private static long Size(string folder)
    {
        var every = new EnumerationOptions { RecurseSubdirectories = true, AttributesToSkip = FileAttributes.ReparsePoint, IgnoreInaccessible = true };
        try
        {
            return new DirectoryInfo(folder).EnumerateFiles("*", every).Sum(file => file.Length);
        }
        catch (IOException)
        {
            return 0;   // never started, so it has no folder to speak of
        }
    }
}
