namespace Brig.Engine.History.Keeping;

/// <summary>History gives way first: it stops while there is still room for logs, and goes on when there is clearly more.</summary>
internal static class FreeSpace
{
    private const long Least = 16 << 20, Most = 512 << 20;

    /// <summary>Bytes that history leaves free: a fiftieth of the disk, 16 to 512 MiB.</summary>
    public static long Reserve(long total) => Math.Clamp(total / 50, Least, Most);

    /// <param name="isStopped">To go on it takes a quarter more than to stop, or it would do both all the time.</param>
    public static bool IsShort(long total, long free, bool isStopped)
    {
        long reserve = Reserve(total);
        return total > 0 && free < (isStopped ? reserve + (reserve / 4) : reserve);
    }
}
