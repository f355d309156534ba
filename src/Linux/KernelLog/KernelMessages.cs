using static Brig.Linux.Libc;

namespace Brig.Linux.KernelLog;

/// <summary>Reads the kernel's log from its oldest record on, and goes on where it was. For one thread at a time.</summary>
public sealed unsafe class KernelMessages : IDisposable
{
    /// <summary>More than the kernel gives for one record (PRINTK_MESSAGE_MAX is 2,048, escaped up to four times as long, and a head).</summary>
    private const int Longest = 10 * 1024;

    private readonly int _fd;
    private readonly byte[] _buffer = new byte[Longest];

    private KernelMessages(int fd) => _fd = fd;

    /// <summary>Null and an errno where it may not be read, or is not there.</summary>
    public static KernelMessages? TryOpen(out int errno, string path = "/dev/kmsg")
    {
        int fd = open(path, O_RDONLY | O_NONBLOCK | O_CLOEXEC);
        errno = fd < 0 ? Errno.Last : 0;
        return fd < 0 ? null : new(fd);
    }

    /// <summary>The next of the kernel's own; false when there is none now. What was overwritten before it was read is passed over.</summary>
    public bool TryRead(out KernelMessage message)
    {
        for (int failures = 0; failures < 1000;)
        {
            nint length;
            fixed (byte* buffer = _buffer)
            {
                length = read(_fd, buffer, Longest);
            }
            if (length > 0)
            {
                if (KernelMessage.TryParse(_buffer.AsSpan(0, (int)length), out message))
                {
                    return true;
                }
            }
            else if (length == 0 || Errno.Last is not (Errno.EPIPE or Errno.EINVAL or Errno.EINTR))   // overwritten; longer than the buffer; a signal
            {
                break;
            }
            else
            {
                failures++;
            }
        }
        message = default;
        return false;
    }

    public void Dispose() => _ = close(_fd);
}
