using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace Brig.Linux;

/// <summary>flock(2): held until disposed or until the process ends, however it ends.</summary>
public sealed partial class FileLock : IDisposable
{
    private const int LOCK_EX = 2, LOCK_NB = 4, LOCK_UN = 8, EWOULDBLOCK = 11;
    private readonly SafeFileHandle _file;

    private FileLock(SafeFileHandle file) => _file = file;

    /// <summary>Null when somebody else holds it. The file is made when it is missing, and stays.</summary>
    public static FileLock? TryTake(string path)
    {
        // Not File.OpenHandle: .NET would take a lock of its own, of the same kind, on the same file.
        int fd = open(path, 0x80042, 0x180);   // O_RDWR | O_CREAT | O_CLOEXEC, 0600
        if (fd < 0)
        {
            throw new LinuxException("open", path, Marshal.GetLastPInvokeError());
        }
        var file = new SafeFileHandle(fd, ownsHandle: true);
        if (flock(fd, LOCK_EX | LOCK_NB) == 0)
        {
            return new(file);
        }
        int error = Marshal.GetLastPInvokeError();
        file.Dispose();
        return error == EWOULDBLOCK ? null : throw new LinuxException("flock", path, error);
    }

    /// <summary>Unlocks before it closes: a child being spawned holds a copy of the descriptor until its exec, and with it the lock.</summary>
    public void Dispose()
    {
        if (!_file.IsClosed)
        {
            _ = flock((int)_file.DangerousGetHandle(), LOCK_UN);
        }
        _file.Dispose();
    }

    [LibraryImport("libc", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int open(string path, int flags, uint mode);
    [LibraryImport("libc", SetLastError = true)]
    private static partial int flock(int fd, int operation);
}
