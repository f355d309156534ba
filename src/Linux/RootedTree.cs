using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace Brig.Linux;

/// <summary>A directory whose files are somebody else's: resolved by openat2(2) with RESOLVE_IN_ROOT, a symlink in it leads nowhere else. Not thread safe.</summary>
public sealed partial class RootedTree : IDisposable
{
    private const int O_PATH = 0x200000, O_DIRECTORY = 0x10000, O_CLOEXEC = 0x80000, AT_SYMLINK_NOFOLLOW = 0x100;

    private readonly int _root;

    /// <param name="root">Exists.</param>
    public RootedTree(string root) => _root = Check(open(root, O_PATH | O_DIRECTORY | O_CLOEXEC, 0), "open", root);

    /// <param name="name">Of something in the directory itself; a symlink is not followed.</param>
    public void Owner(string name, uint uid, uint gid) => Check(fchownat(_root, name, uid, gid, AT_SYMLINK_NOFOLLOW), "chown", name);

    /// <summary>A regular file's text; null when it is not there, not regular, or longer. Never waits on a pipe or device.</summary>
    /// <param name="most">Bytes.</param>
    public string? ReadText(string path, int most)
    {
        int fd = RegularFile.Open(_root, path, out long size);
        if (fd < 0)
        {
            return null;
        }
        using var file = new SafeFileHandle(fd, ownsHandle: true);
        if (size > most)
        {
            return null;
        }
        // What tells no size is not a file of the image but one of the kernel's, as /proc/kmsg, and reading it may take something away.
        byte[] bytes = new byte[size];
        return System.Text.Encoding.UTF8.GetString(bytes, 0, size == 0 ? 0 : RandomAccess.Read(file, bytes, 0));
    }

    /// <summary>A regular file's bytes; null when it is not there, not regular, or longer.</summary>
    /// <param name="most">Bytes.</param>
    public byte[]? ReadBytes(string path, int most, out bool isLarger)
    {
        int fd = RegularFile.Open(_root, path, out long size);
        isLarger = fd >= 0 && size > most;
        if (fd < 0)
        {
            return null;
        }
        using var file = new SafeFileHandle(fd, ownsHandle: true);
        if (isLarger)
        {
            return null;
        }
        byte[] bytes = new byte[size];
        int read = 0;
        for (int got; read < bytes.Length && (got = RandomAccess.Read(file, bytes.AsSpan(read), read)) > 0;)
        {
            read += got;
        }
        return read == bytes.Length ? bytes : bytes[..read];
    }

    public void Dispose() => _ = close(_root);

    private static int Check(int result, string call, string path) =>
        result >= 0 ? result : throw new LinuxException(call, path, Marshal.GetLastPInvokeError());

    [LibraryImport("libc", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int open(string path, int flags, uint mode);
    [LibraryImport("libc", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int fchownat(int directory, string path, uint owner, uint group, int flags);
    [LibraryImport("libc")]
    private static partial int close(int fd);
}
