using Brig.Engine.Images;

namespace Brig.Engine.Containers;

/// <summary>Removes all that neither run nor wait to restart; a pod and what is in it goes as one, or not.</summary>
internal sealed class Pruner(ContainerTable table, Remover remover, ImageTable images, EnginePaths paths)
{
    public async Task<PruneReport> PruneAsync(ContainerPrune which, CancellationToken stop)
    {
        var removed = new List<Container>();
        long bytes = 0;
        foreach (var entry in table.Entries())
        {
            using var held = await entry.Lock.TakeAsync(stop);
            if (table.TryGet(entry.Id, out _) && entry.Now.Spec is { Sandbox: null, Pod: null } && entry.Now.State.Status is ContainerStatus.Created or ContainerStatus.Exited && which.Takes(entry.Now, images.TryByDigest(entry.Now.ImageDigest)?.Config.Labels))
            {
                bytes += await Task.Run(() => Size(paths.Container(entry.Id)), stop);
                await remover.RemoveHeldAsync(entry);
                removed.Add(entry.Now);
            }
        }
        return new([.. removed.Select(container => container.Name)], bytes) { Ids = [.. removed.Select(container => container.Id.Value)] };
    }

    private static long Size(string folder)
    {
        var every = new EnumerationOptions { RecurseSubdirectories = true, AttributesToSkip = FileAttributes.ReparsePoint, IgnoreInaccessible = true };
        try
        {
            return FileSizes.Sum(new DirectoryInfo(folder).EnumerateFiles("*", every));
        }
        catch (IOException)
        {
            return 0;   // never started, so it has no folder to speak of
        }
    }
}
