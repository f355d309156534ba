using System.Runtime.InteropServices;

namespace Brig.Linux;

/// <summary>mmap(2).</summary>
public static unsafe partial class Libc
{
    public const int PROT_READ = 1;
    public const int PROT_WRITE = 2;
    public const int MAP_SHARED = 1;
    public const int MAP_PRIVATE = 2;
    public const int MAP_ANONYMOUS = 0x20;
    public const int MAP_NORESERVE = 0x4000;
    public const int MADV_DONTNEED = 4;

    [LibraryImport(C, SetLastError = true)]
    public static partial void* mmap(void* address, nuint length, int protection, int flags, int fd, long offset);

    [LibraryImport(C, SetLastError = true)]
    public static partial int munmap(void* address, nuint length);

    [LibraryImport(C, SetLastError = true)]
    public static partial int madvise(void* address, nuint length, int advice);
}
