using System.Runtime.InteropServices;

namespace Brig.Linux;

/// <summary>clock_gettime(2).</summary>
public static unsafe partial class Libc
{
    public const int CLOCK_REALTIME = 0;
    public const int CLOCK_MONOTONIC = 1;

    public struct timespec
    {
        public long tv_sec;
        public long tv_nsec;

        public readonly long Nanoseconds => tv_sec * 1_000_000_000 + tv_nsec;
    }

    /// <summary>By the vDSO: tens of nanoseconds, and usable in a child that has left the runtime behind.</summary>
    [LibraryImport(C)]
    [SuppressGCTransition]
    public static partial int clock_gettime(int clock, timespec* time);

    /// <returns>Nanoseconds.</returns>
    public static long Clock(int clock)
    {
        timespec now;
        clock_gettime(clock, &now);
        return now.Nanoseconds;
    }
}
