using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Text;
using Microsoft.Win32.SafeHandles;

namespace Brig.Linux.Cgroups;

/// <summary>
/// The few calls cgroup files need. Not System.IO, because that hides the errno, and EBUSY, ENODEV and EINVAL mean
/// quite different things here.
/// </summary>
internal static unsafe partial class Kernfs
{
    private const int O_RDONLY = 0, O_WRONLY = 1, O_CLOEXEC = 0x80000;
    private const short POLLPRI = 2;

    /// <summary>Null and an errno when it cannot be opened.</summary>
    public static SafeFileHandle? Open(string path, out int errno)
    {
        int fd = open(path, O_RDONLY | O_CLOEXEC);
        errno = fd < 0 ? Marshal.GetLastPInvokeError() : 0;
        return fd < 0 ? null : new SafeFileHandle(fd, ownsHandle: true);
    }

    /// <summary>Reads from the start. Bytes read, or -errno.</summary>
    [SkipLocalsInit]
    public static int Read(SafeFileHandle file, Span<byte> buffer)
    {
        fixed (byte* bytes = buffer)
        {
            nint read = pread(file, bytes, buffer.Length, 0);
            return read >= 0 ? (int)read : -Marshal.GetLastPInvokeError();
        }
    }

    /// <summary>Opens, reads from the start and closes, and allocates nothing. Bytes read; 0 when it cannot be read.</summary>
    public static int ReadOnce(string path, Span<byte> buffer)
    {
        int fd = open(path, O_RDONLY | O_CLOEXEC);
        if (fd < 0)
        {
            return 0;
        }
        fixed (byte* bytes = buffer)
        {
            nint length = read(fd, bytes, buffer.Length);
            close(fd);
            return (int)Math.Max(0, length);
        }
    }

    /// <summary>The whole text, without the last line end. Null and an errno when it cannot be read.</summary>
    public static string? ReadText(string path, out int errno)
    {
        using SafeFileHandle? file = Open(path, out errno);
        if (file is null)
        {
            return null;
        }
        byte[] buffer = new byte[4096];
        int length = 0;
        while (true)
        {
            int read;
            fixed (byte* bytes = &buffer[length])
            {
                read = (int)pread(file, bytes, buffer.Length - length, length);
            }
            if (read < 0)
            {
                errno = Marshal.GetLastPInvokeError();
                return null;
            }
            if (read == 0)
            {
                return Encoding.UTF8.GetString(buffer, 0, length).TrimEnd('\n');
            }
            length += read;
            if (length == buffer.Length)
            {
                Array.Resize(ref buffer, length * 2);
            }
        }
    }

    /// <summary>One write of the whole value. 0 or an errno.</summary>
    public static int Write(string path, string value)
    {
        int fd = open(path, O_WRONLY | O_CLOEXEC);
        if (fd < 0)
        {
            return Marshal.GetLastPInvokeError();
        }
        using SafeFileHandle file = new(fd, ownsHandle: true);
        byte[] text = Encoding.UTF8.GetBytes(value.Length == 0 ? "\n" : value);   // of nothing the kernel takes no notice
        fixed (byte* bytes = text)
        {
            return write(file, bytes, text.Length) < 0 ? Marshal.GetLastPInvokeError() : 0;
        }
    }

    public static int MakeDirectory(string path) => mkdir(path, 0x1ED) < 0 ? Marshal.GetLastPInvokeError() : 0;

    public static int RemoveDirectory(string path) => rmdir(path) < 0 ? Marshal.GetLastPInvokeError() : 0;

    public static int Kill(int pid, int signal) => kill(pid, signal) < 0 ? Marshal.GetLastPInvokeError() : 0;

    /// <summary>Waits until the kernel says that the file changed since it was last read, or the time is over.</summary>
    public static void WaitForChange(SafeFileHandle file, int milliseconds)
    {
        PollFd wanted = new() { Fd = (int)file.DangerousGetHandle(), Events = POLLPRI };
        poll(&wanted, 1, milliseconds);
    }

    /// <summary>For what the kernel gives no notice of.</summary>
    public static void Nap(int milliseconds) => poll(null, 0, milliseconds);

    [StructLayout(LayoutKind.Sequential)]
    private struct PollFd
    {
        public int Fd;
        public short Events, Returned;
    }

    [LibraryImport("libc", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int open(string path, int flags);

    [LibraryImport("libc", SetLastError = true)]
    private static partial nint pread(SafeFileHandle file, byte* buffer, nint count, long offset);

    [LibraryImport("libc", SetLastError = true)]
    private static partial nint read(int file, byte* buffer, nint count);

    [LibraryImport("libc", SetLastError = true)]
    private static partial int close(int file);

    [LibraryImport("libc", SetLastError = true)]
    private static partial nint write(SafeFileHandle file, byte* buffer, nint count);

    [LibraryImport("libc", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int mkdir(string path, uint mode);

    [LibraryImport("libc", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int rmdir(string path);

    [LibraryImport("libc", SetLastError = true)]
    private static partial int kill(int pid, int signal);

    [LibraryImport("libc", SetLastError = true)]
    private static partial int poll(PollFd* wanted, nuint count, int milliseconds);
}
