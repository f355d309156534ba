using Brig.Linux;
using Brig.Linux.Trees;

namespace Brig.Engine.Volumes;

/// <summary>
/// What the image has where a volume is mounted becomes the content of a volume that has none.
/// <code>
/// 1. a copy in filling/          killed here: deleted, and done again from nothing
/// 2. it is renamed to ready/     killed from here on: what is left to do is done
/// 3. owner and mode of data/, then everything in ready/ by its first name
/// </code>
/// No program runs with the volume for this container before it is done. One of another container's may: it sees each first name come whole.
/// </summary>
internal sealed class CopyUp(VolumeFolders folders, EnginePaths paths)
{
    private readonly KeyedLocks _locks = new();

    /// <param name="content">A directory of the image; null: it has none there.</param>
    public async Task FillAsync(Volume volume, string? content)
    {
        using var held = await _locks.TakeAsync(volume.Id, CancellationToken.None);
        await OwnThread.RunAsync(() => Fill(volume, content));
    }

    /// <summary>What a killed engine left.</summary>
    public void Finish(string id)
    {
        Trash.Take(paths, folders.Of(id) + "/filling");
        MoveIn(id);
    }

    private bool Fill(Volume volume, string? content)
    {
        string id = volume.Id, folder = folders.Of(id), filling = folder + "/filling";
        Finish(id);
        if (content is null || !TreeFill.IsEmpty(folders.Data(id)))
        {
            return false;
        }
        Directory.CreateDirectory(filling);
        try
        {
            if (TreeCopy.Copy(content, filling, CancellationToken.None, bytes => DiskRoom.Check(filling, bytes, $"Volume {volume.Name} could not be filled with what the image has there")).Files > 0)
            {
                DiskSync.FileSystemOf(folder);
            }
        }
        catch
        {
            Trash.Delete(filling);      // at once: what is short is the room
            throw;
        }
        Directory.Move(filling, folder + "/ready");
        DiskSync.Folder(folder);
        MoveIn(id);
        return true;
    }

    private void MoveIn(string id)
    {
        string ready = folders.Of(id) + "/ready";
        if (Directory.Exists(ready))
        {
            TreeFill.Move(ready, folders.Data(id));
            Trash.Take(paths, ready);
        }
    }
}
