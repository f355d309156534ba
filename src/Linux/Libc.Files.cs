using System.Runtime.InteropServices;

namespace Brig.Linux;

/// <summary>open(2), openat2(2), read(2), write(2), stat(2) and what belongs to them.</summary>
public static unsafe partial class Libc
{
    public const int AT_FDCWD = -100;
    public const int AT_EMPTY_PATH = 0x1000;
    public const int AT_SYMLINK_NOFOLLOW = 0x100;
    public const int AT_RECURSIVE = 0x8000;

    public const int O_RDONLY = 0;
    public const int O_WRONLY = 1;
    public const int O_RDWR = 2;
    public const int O_CREAT = 0x40;
    public const int O_EXCL = 0x80;
    public const int O_NOCTTY = 0x100;
    public const int O_TRUNC = 0x200;
    public const int O_APPEND = 0x400;
    public const int O_NONBLOCK = 0x800;
    public const int O_DIRECTORY = 0x10000;
    public const int O_NOFOLLOW = 0x20000;
    public const int O_CLOEXEC = 0x80000;
    public const int O_PATH = 0x200000;

    public const ulong RESOLVE_NO_XDEV = 0x01;
    public const ulong RESOLVE_NO_MAGICLINKS = 0x02;
    public const ulong RESOLVE_NO_SYMLINKS = 0x04;
    public const ulong RESOLVE_BENEATH = 0x08;
    public const ulong RESOLVE_IN_ROOT = 0x10;

    public const uint S_IFMT = 0xF000;
    public const uint S_IFIFO = 0x1000;
    public const uint S_IFCHR = 0x2000;
    public const uint S_IFDIR = 0x4000;
    public const uint S_IFBLK = 0x6000;
    public const uint S_IFREG = 0x8000;
    public const uint S_IFLNK = 0xA000;
    public const uint S_IFSOCK = 0xC000;

    public const int F_SETFD = 2;
    public const int FD_CLOEXEC = 1;
    public const int F_GETFL = 3;
    public const int F_SETFL = 4;
    public const int F_DUPFD_CLOEXEC = 1030;
    public const int F_SETPIPE_SZ = 1031;
    public const int F_GETPIPE_SZ = 1032;

    public const int LOCK_EX = 2;
    public const int LOCK_NB = 4;
    public const int LOCK_UN = 8;

    public const long PROC_SUPER_MAGIC = 0x9fa0;
    public const long NSFS_MAGIC = 0x6e736673;
    public const long DEVPTS_SUPER_MAGIC = 0x1cd1;

    /// <summary>struct open_how of openat2(2).</summary>
    public struct open_how
    {
        public ulong flags;
        public ulong mode;
        public ulong resolve;
    }

    /// <summary>struct stat of x86-64.</summary>
    public struct stat
    {
        public ulong st_dev;
        public ulong st_ino;
        public ulong st_nlink;
        public uint st_mode;
        public uint st_uid;
        public uint st_gid;
        private readonly int _pad0;
        public ulong st_rdev;
        public long st_size;
        public long st_blksize;
        public long st_blocks;
        public timespec st_atim;
        public timespec st_mtim;
        public timespec st_ctim;
        private fixed long _reserved[3];
    }

    /// <summary>struct statfs of x86-64.</summary>
    public struct statfs
    {
        public long f_type;
        public long f_bsize;
        private fixed long _rest[13];
    }

    [LibraryImport(C, SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    public static partial int open(string path, int flags, uint mode = 0);

    [LibraryImport(C, SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    public static partial int openat(int directory, string path, int flags, uint mode = 0);

    /// <summary>openat2(2), which glibc does not wrap. Tried again while a rename or mount anywhere on the machine makes ".." uncertain.</summary>
    public static int openat2(int directory, string path, int flags, ulong resolve)
    {
        using var name = new CString(path);
        return openat2(directory, name.Pointer, flags, resolve);
    }

    /// <param name="path">Bytes with a NUL behind them.</param>
    public static int openat2(int directory, byte* path, int flags, ulong resolve)
    {
        var how = new open_how { flags = (ulong)flags, resolve = resolve };
        for (var again = 0; ; again++)
        {
            var fd = (int)syscall(SYS_openat2, directory, (nint)path, (nint)(&how), sizeof(open_how), 0, 0);
            if (fd != -1 || Errno.Last != Errno.EAGAIN || again == 100_000)
                return fd;
        }
    }

    [LibraryImport(C, SetLastError = true)]
    public static partial int close(int fd);

    /// <summary>syncfs(2): waits until the whole file system of the descriptor is on the disk, names and contents; since Linux 5.8 it tells what could not be written.</summary>
    [LibraryImport(C, SetLastError = true)]
    public static partial int syncfs(int fd);

    [LibraryImport(C, SetLastError = true)]
    public static partial nint read(int fd, void* buffer, nint count);

    [LibraryImport(C, SetLastError = true)]
    public static partial nint write(int fd, void* buffer, nint count);

    [LibraryImport(C, SetLastError = true)]
    public static partial nint pread(int fd, void* buffer, nint count, long offset);

    /// <summary>Fills with struct linux_dirent64 (getdents64(2)).</summary>
    [LibraryImport(C, SetLastError = true)]
    public static partial nint getdents64(int directory, void* entries, nint size);

    [LibraryImport(C, SetLastError = true)]
    public static partial int fstat(int fd, stat* result);

    [LibraryImport(C, SetLastError = true)]
    public static partial int fstatfs(int fd, statfs* result);

    [LibraryImport(C, EntryPoint = "stat", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    public static partial int stat_(string path, stat* result);

    [LibraryImport(C, SetLastError = true)]
    public static partial int fcntl(int fd, int command, nint argument);

    [LibraryImport(C, SetLastError = true)]
    public static partial int pipe2(int* two, int flags);

    [LibraryImport(C, SetLastError = true)]
    public static partial int fsync(int fd);

    [LibraryImport(C, SetLastError = true)]
    public static partial int flock(int fd, int operation);

    [LibraryImport(C, SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    public static partial int renameat(int fromDirectory, string from, int toDirectory, string to);

    [LibraryImport(C, SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    public static partial int unlinkat(int directory, string path, int flags);

    [LibraryImport(C, SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    public static partial int chdir(string path);

    [LibraryImport(C, SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    public static partial int mkdir(string path, uint mode);

    /// <summary>mknod(2), by number: libc has it by this name from 2.33 on.</summary>
    public static int mknod(string path, uint mode, ulong device)
    {
        using var name = new CString(path);
        return (int)syscall(SYS_mknodat, AT_FDCWD, (nint)name.Pointer, (nint)mode, (nint)device, 0, 0);
    }

    [LibraryImport(C, SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    public static partial int chmod(string path, uint mode);

    [LibraryImport(C, SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    public static partial int lchown(string path, uint user, uint group);

    [LibraryImport(C, SetLastError = true)]
    public static partial int fchown(int fd, uint user, uint group);

    [LibraryImport(C)]
    public static partial uint umask(uint mask);
}
