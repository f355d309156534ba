using System.Runtime.InteropServices;
using static Brig.Linux.Libc;

namespace Brig.Linux.Trees;

/// <summary>The calls that take a name as bytes.</summary>
public sealed unsafe partial class LayerTree
{
    private const string C = "libc";

    [LibraryImport(C, SetLastError = true)]
    internal static partial int openat(int directory, byte* path, int flags, uint mode);
    [LibraryImport(C, SetLastError = true)]
    internal static partial int mkdirat(int directory, byte* path, uint mode);
    [LibraryImport(C, SetLastError = true)]
    internal static partial int symlinkat(byte* target, int directory, byte* path);
    [LibraryImport(C, SetLastError = true)]
    internal static partial int linkat(int fromDirectory, byte* from, int toDirectory, byte* to, int flags);
    [LibraryImport(C, SetLastError = true)]
    internal static partial int unlinkat(int directory, byte* path, int flags);
    [LibraryImport(C, SetLastError = true)]
    internal static partial int renameat(int fromDirectory, byte* from, int toDirectory, byte* to);
    [LibraryImport(C, SetLastError = true)]
    internal static partial int mknodat(int directory, byte* path, uint mode, ulong device);
    [LibraryImport(C, SetLastError = true)]
    internal static partial int fchownat(int directory, byte* path, uint owner, uint group, int flags);
    [LibraryImport(C, SetLastError = true)]
    internal static partial int fchmodat(int directory, byte* path, uint mode, int flags);
    [LibraryImport(C, SetLastError = true)]
    internal static partial int utimensat(int directory, byte* path, timespec* times, int flags);
    [LibraryImport(C, SetLastError = true)]
    internal static partial int fstatat(int directory, byte* path, stat* status, int flags);
    [LibraryImport(C, SetLastError = true)]
    internal static partial int lsetxattr(byte* path, byte* name, byte* value, nuint size, int flags);
    [LibraryImport(C, SetLastError = true)]
    internal static partial int fsetxattr(int fd, byte* name, byte* value, nuint size, int flags);
    [LibraryImport(C, SetLastError = true)]
    internal static partial int fchown(int fd, uint owner, uint group);
    [LibraryImport(C, SetLastError = true)]
    internal static partial int fchmod(int fd, uint mode);
    [LibraryImport(C, SetLastError = true)]
    internal static partial int futimens(int fd, timespec* times);
    [LibraryImport(C, SetLastError = true)]
    internal static partial int ftruncate(int fd, long size);
    [LibraryImport(C, SetLastError = true)]
    internal static partial nint pwrite(int fd, byte* bytes, nint count, long offset);
}
