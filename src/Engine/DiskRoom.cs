namespace Brig.Engine;

/// <summary>How much may be put on a disk from outside, without taking what everything else on it needs.</summary>
internal static class DiskRoom
{
    private const long MostKept = 1L << 30;

    /// <summary>Bytes; a twentieth of the disk, at most 1 GiB, stays free.</summary>
    public static long Of(string folder)
    {
        var disk = new DriveInfo(folder);
        return Math.Max(0, disk.AvailableFreeSpace - Math.Min(MostKept, disk.TotalSize / 20));
    }

    /// <exception cref="EngineException">Unavailable.</exception>
    /// <param name="what">Begins the sentence, as "The volume could not be made"; null: nothing has to be said before it.</param>
    public static void Check(string folder, long bytes, string? what = null)
    {
        if (bytes > Of(folder))
        {
            throw EngineException.Unavailable($"{(what is null ? "There" : what + ": there")} is no room for {bytes:N0} bytes more: a part of the disk stays free for all else that lives on it. Free some space and try again.");
        }
    }
}
