using System.Runtime.InteropServices;
using Brig.Linux.Tar;
using static Brig.Linux.Libc;

namespace Brig.Linux.Trees;

/// <summary>What lies in a directory, by descriptor and by names that are bytes.</summary>
internal static unsafe partial class TreeNode
{
    private const string C = "libc";
    private const int ENODATA = 61;

    /// <summary>Without "." and "..", in the order of their bytes.</summary>
    /// <param name="most">Of more names those that the kernel tells first: a directory somebody filled must not fill our memory.</param>
    public static List<byte[]> Names(int directory, int most = int.MaxValue)
    {
        var names = new List<byte[]>();
        byte[] buffer = new byte[32 * 1024];
        fixed (byte* entries = buffer)
        {
            nint got;
            while (names.Count < most && (got = Errno.Check((int)getdents64(directory, entries, buffer.Length), "getdents", "directory")) > 0)
            {
                for (byte* entry = entries; entry < entries + got; entry += *(ushort*)(entry + 16))
                {
                    var name = MemoryMarshal.CreateReadOnlySpanFromNullTerminated(entry + 19);
                    if (name is not ([(byte)'.'] or [(byte)'.', (byte)'.']))
                    {
                        names.Add(name.ToArray());
                    }
                }
            }
        }
        names.Sort(static (a, b) => a.AsSpan().SequenceCompareTo(b));
        return names;
    }

    public static byte[] ReadLink(int parent, byte[] name)
    {
        byte[] target = new byte[4096];
        fixed (byte* n = name, t = target)
        {
            nint length = readlinkat(parent, n, t, target.Length);
            return length >= 0 ? target[..(int)length] : throw new LinuxException("readlink", System.Text.Encoding.UTF8.GetString(name), Errno.Last);
        }
    }

    /// <param name="way">An absolute path with a NUL; a last symlink is not followed.</param>
    public static List<TarXattr> Xattrs(byte[] way)
    {
        // Most files have none: 64 KiB for each would be most of what a build allocates that only hashes its context.
        Span<byte> list = stackalloc byte[512];
        fixed (byte* w = way, few = list)
        {
            nint length = llistxattr(w, few, (nuint)list.Length);
            if (length <= 0 && !(length < 0 && Errno.Last == Errno.ERANGE))
            {
                return [];
            }
            list = length < 0 ? new byte[64 * 1024] : list;
            return Listed(w, list);
        }
    }

    private static List<TarXattr> Listed(byte* w, Span<byte> list)
    {
        var xattrs = new List<TarXattr>();
        fixed (byte* l = list)
        {
            nint length = llistxattr(w, l, (nuint)list.Length);
            for (nint at = 0; at < length;)
            {
                var name = MemoryMarshal.CreateReadOnlySpanFromNullTerminated(l + at);
                if (Get(w, l + at) is { } value)
                {
                    xattrs.Add(new(name.ToArray(), value));
                }
                at += name.Length + 1;
            }
        }
        return xattrs;
    }

    private static byte[]? Get(byte* way, byte* name)
    {
        byte[] value = new byte[64 * 1024];
        fixed (byte* v = value)
        {
            nint length = lgetxattr(way, name, v, (nuint)value.Length);
            return length >= 0 ? value[..(int)length] : Errno.Last is ENODATA or Errno.EPERM or Errno.EOPNOTSUPP ? null : throw new LinuxException("getxattr", "file", Errno.Last);
        }
    }

    [LibraryImport(C, SetLastError = true)]
    private static partial nint readlinkat(int directory, byte* path, byte* target, nint size);
    [LibraryImport(C, SetLastError = true)]
    private static partial nint llistxattr(byte* path, byte* list, nuint size);
    [LibraryImport(C, SetLastError = true)]
    private static partial nint lgetxattr(byte* path, byte* name, byte* value, nuint size);
    [LibraryImport(C, SetLastError = true)]
    internal static partial long lseek(int fd, long offset, int whence);
}
