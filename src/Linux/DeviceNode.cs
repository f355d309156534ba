using static Brig.Linux.Libc;

namespace Brig.Linux;

/// <summary>A device node of this machine, as stat(2) tells it; a symlink is followed.</summary>
/// <param name="Type">'c' or 'b'.</param>
/// <param name="Mode">Permission bits.</param>
public readonly record struct DeviceNode(char Type, uint Major, uint Minor, uint Mode, uint Uid, uint Gid)
{
    /// <summary>Null: nothing is there, or it is no device.</summary>
    public static unsafe DeviceNode? TryRead(string path)
    {
        stat status;
        if (stat_(path, &status) != 0 || (status.st_mode & S_IFMT) is var kind && kind != S_IFCHR && kind != S_IFBLK)
            return null;
        // makedev(3): twelve bits of the major and eight of the minor where they were in the beginning, the rest above.
        var (major, minor) = ((status.st_rdev >> 8 & 0xfff) | (status.st_rdev >> 32 & ~0xfffUL), (status.st_rdev & 0xff) | (status.st_rdev >> 12 & ~0xffUL));
        return new(kind == S_IFBLK ? 'b' : 'c', (uint)major, (uint)minor, status.st_mode & 0b111_111_111, status.st_uid, status.st_gid);
    }
}
