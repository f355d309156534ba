using Brig.Linux;

namespace Brig.Engine.Images;

/// <summary>
/// Blobs and unpacked layers reach the disk before a row names them: the row survives a power cut, so they must. A layer is thousands of files; one syncfs(2) for all of them,
/// and for all that others import in the same moment, in place of an fsync for each.
/// </summary>
internal sealed class Durability(EnginePaths paths, BlobStore blobs, LayerStore layers)
{
    private readonly AsyncLock _syncing = new();
    private long _reached;

    /// <summary>Returns when every blob and layer that has its name is on the disk; at once when nothing new has.</summary>
    /// <exception cref="EngineException">Unavailable: the disk is full, or does not take what is written.</exception>
    public async Task ReachAsync(CancellationToken stop)
    {
        long asked = blobs.Placed + layers.Placed;
        using var held = await _syncing.TakeAsync(stop);
        if (_reached >= asked)
        {
            return;     // another's sync, begun after ours was placed
        }
        long placed = blobs.Placed + layers.Placed;
        try
        {
            await Task.Run(() => DiskSync.FileSystemOf(paths.Root), stop);
        }
        catch (LinuxException e)
        {
            throw layers.Sentence(e) is EngineException { Kind: EngineErrorKind.Unavailable } full ? full : EngineException.Unavailable($"The disk that holds {paths.Root} does not take what is written: {e.Message}.", e);
        }
        _reached = placed;
    }
}
