using Brig.Engine.Images;

namespace Brig.Engine.Volumes;

/// <summary>A stranger's archive as the files of a new volume, which nobody sees until all of it is there.</summary>
internal static class VolumeImport
{
    /// <param name="packed">Plain, gzip or zstd. Read to its end.</param>
    /// <param name="folder">Exists and is empty; its owner and mode become those of the archive's "./", if it has one.</param>
    public static void Unpack(Stream packed, string folder, CancellationToken stop)
    {
        var limits = UnpackLimits.Default with { RoomFor = bytes => DiskRoom.Check(folder, bytes), Devices = false };
        try
        {
            using var counted = new CountingStream(packed);
            using var plain = Packings.Unpack(counted).Plain;
            using var guarded = new BombGuard(plain, () => counted.Count, limits);
            if (!LayerUnpacker.Unpack(guarded, folder, limits, stop, whiteouts: false).Whole)
            {
                throw EngineException.Invalid("The archive breaks off; nothing of it was taken.");
            }
        }
        catch (InvalidDataException e)
        {
            throw EngineException.Invalid($"The archive is damaged: {e.Message.TrimEnd('.')}.");
        }
    }
}
