using System.Runtime.InteropServices;

namespace Brig.Shim;

/// <summary>The system calls of <see cref="LogFile"/>. None of them throws: a full disk must not stop the pump.</summary>
internal static unsafe partial class LogCalls
{
    public const int EDQUOT = 122;
    public const int O_RDWR = 0x2, O_CREAT = 0x40, O_APPEND = 0x400, O_DIRECTORY = 0x10000, O_CLOEXEC = 0x80000;

    public static int LastError => Marshal.GetLastPInvokeError();

    [LibraryImport("libc", EntryPoint = "openat", SetLastError = true)]
    public static partial int OpenAt(int folder, byte* name, int flags, uint mode);

    [LibraryImport("libc", EntryPoint = "unlinkat", SetLastError = true)]
    public static partial int UnlinkAt(int folder, byte* name, int flags);

    [LibraryImport("libc", EntryPoint = "mkdir", SetLastError = true)]
    public static partial int MakeFolder(byte* path, uint mode);

    [LibraryImport("libc", EntryPoint = "close", SetLastError = true)]
    public static partial int Close(int fd);

    [LibraryImport("libc", EntryPoint = "write", SetLastError = true)]
    public static partial nint Write(int fd, byte* bytes, nint count);

    [LibraryImport("libc", EntryPoint = "pread", SetLastError = true)]
    public static partial nint ReadAt(int fd, byte* bytes, nint count, long offset);

    [LibraryImport("libc", EntryPoint = "lseek", SetLastError = true)]
    public static partial long Seek(int fd, long offset, int whence);

    [LibraryImport("libc", EntryPoint = "getdents64", SetLastError = true)]
    public static partial nint ReadFolder(int fd, byte* entries, nint size);

    [LibraryImport("libc", EntryPoint = "mmap", SetLastError = true)]
    public static partial byte* Map(byte* address, nint size, int protection, int flags, int fd, long offset);

    [LibraryImport("libc", EntryPoint = "munmap", SetLastError = true)]
    public static partial int Unmap(byte* address, nint size);

    [LibraryImport("libc", EntryPoint = "clock_gettime")]
    private static partial int ClockGetTime(int clock, long* secondsAndNanoseconds);

    /// <summary>Nanoseconds since 1970, UTC (CLOCK_REALTIME, through the vDSO).</summary>
    public static long Now()
    {
        long* now = stackalloc long[2];
        ClockGetTime(0, now);
        return now[0] * 1_000_000_000 + now[1];
    }
}
