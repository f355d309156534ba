using System.Runtime.InteropServices;

namespace Brig.Linux;

/// <summary>A short path to a directory whose own is too long for a socket's address.</summary>
public sealed partial class DirectoryHandle : IDisposable
{
    private readonly int _fd;

    private DirectoryHandle(int fd) => _fd = fd;

    /// <summary>Valid until disposed.</summary>
    public string Path => $"/proc/self/fd/{_fd}";

    public static DirectoryHandle Open(string path)
    {
        int fd = open(path, 0x290000, 0);   // O_PATH | O_DIRECTORY | O_CLOEXEC
        return fd >= 0 ? new(fd) : throw new LinuxException("open", path, Marshal.GetLastPInvokeError());
    }

    public void Dispose() => _ = close(_fd);

    [LibraryImport("libc", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int open(string path, int flags, uint mode);
    [LibraryImport("libc")]
    private static partial int close(int fd);
}
