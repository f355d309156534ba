using System.Runtime.InteropServices;

namespace Brig.Linux;

/// <summary>mount(2) and its newer relatives: fsopen(2), open_tree(2), mount_setattr(2).</summary>
public static unsafe partial class Libc
{
    public const uint MS_RDONLY = 1;
    public const uint MS_NOSUID = 2;
    public const uint MS_NODEV = 4;
    public const uint MS_NOEXEC = 8;
    public const uint MS_REMOUNT = 32;
    public const uint MS_BIND = 4096;
    public const uint MS_MOVE = 8192;
    public const uint MS_REC = 16384;
    public const uint MS_PRIVATE = 1 << 18;
    public const uint MS_SLAVE = 1 << 19;
    public const uint MS_SHARED = 1 << 20;

    public const int MNT_DETACH = 2;

    public const uint FSOPEN_CLOEXEC = 1;
    public const uint FSCONFIG_SET_FLAG = 0;
    public const uint FSCONFIG_SET_STRING = 1;
    public const uint FSCONFIG_SET_FD = 5;
    public const uint FSCONFIG_CMD_CREATE = 6;
    public const uint FSMOUNT_CLOEXEC = 1;

    public const uint MOVE_MOUNT_F_EMPTY_PATH = 4;
    public const uint MOVE_MOUNT_T_EMPTY_PATH = 0x40;

    public const uint OPEN_TREE_CLONE = 1;
    public const uint OPEN_TREE_CLOEXEC = 0x80000;

    public const ulong MOUNT_ATTR_RDONLY = 1;
    public const ulong MOUNT_ATTR_NOSUID = 2;
    public const ulong MOUNT_ATTR_NODEV = 4;
    public const ulong MOUNT_ATTR_NOEXEC = 8;
    public const ulong MOUNT_ATTR_IDMAP = 0x100000;

    /// <summary>struct mount_attr of mount_setattr(2).</summary>
    public struct mount_attr
    {
        public ulong attr_set;
        public ulong attr_clr;
        public ulong propagation;
        public ulong userns_fd;
    }

    [LibraryImport(C, SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    public static partial int mount(string? source, string target, string? type, ulong flags, string? data);

    [LibraryImport(C, SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    public static partial int umount2(string target, int flags);

    public static int fsopen(string type, uint flags)
    {
        using var name = new CString(type);
        return (int)syscall(SYS_fsopen, (nint)name.Pointer, (nint)flags, 0, 0, 0, 0);
    }

    public static int fsconfig(int fd, uint command, string? key, string? value, int aux)
    {
        var keyBytes = Marshal.StringToCoTaskMemUTF8(key);
        var valueBytes = Marshal.StringToCoTaskMemUTF8(value);
        var result = (int)syscall(SYS_fsconfig, fd, (nint)command, keyBytes, valueBytes, aux, 0);
        var errno = Errno.Last;
        Marshal.FreeCoTaskMem(keyBytes);
        Marshal.FreeCoTaskMem(valueBytes);
        Marshal.SetLastPInvokeError(errno);
        return result;
    }

    public static int fsmount(int fd, uint flags, uint attributes) => (int)syscall(SYS_fsmount, fd, (nint)flags, (nint)attributes, 0, 0, 0);

    public static int open_tree(int directory, string path, uint flags)
    {
        using var name = new CString(path);
        return (int)syscall(SYS_open_tree, directory, (nint)name.Pointer, (nint)flags, 0, 0, 0);
    }

    /// <param name="fd">A detached mount.</param>
    public static int move_mount(int fd, string target)
    {
        byte empty = 0;
        using var name = new CString(target);
        return (int)syscall(SYS_move_mount, fd, (nint)(&empty), AT_FDCWD, (nint)name.Pointer, (nint)MOVE_MOUNT_F_EMPTY_PATH, 0);
    }

    /// <param name="fd">The mount itself, by AT_EMPTY_PATH.</param>
    public static int mount_setattr(int fd, uint flags, in mount_attr attributes)
    {
        byte empty = 0;
        fixed (mount_attr* pointer = &attributes)
            return (int)syscall(SYS_mount_setattr, fd, (nint)(&empty), (nint)(flags | AT_EMPTY_PATH), (nint)pointer, sizeof(mount_attr), 0);
    }
}
