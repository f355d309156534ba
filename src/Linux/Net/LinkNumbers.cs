using System.Text;
using static Brig.Linux.Libc;

namespace Brig.Linux.Net;

/// <summary>
/// Finds interfaces of one network namespace by name without the kernel's lock over interfaces, for which every request of <see cref="RtNetlink"/> waits (SIOCGIFINDEX, netdevice(7)). About 1 µs.
/// Safe to use from several threads.
/// </summary>
public sealed unsafe class LinkNumbers : IDisposable
{
    private readonly int _fd;
    private int _closed;

    private LinkNumbers() => _fd = Errno.Check(socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0), "socket", "AF_INET");

    /// <exception cref="LinuxException">The kernel refused.</exception>
    public static LinkNumbers Open(NetNamespace of) => of.Run(() => new LinkNumbers());

    /// <summary>Null: there is none of that name, or of none so long.</summary>
    public int? Find(string name)
    {
        ObjectDisposedException.ThrowIf(_closed != 0, this);
        ifreq_index request = default;
        if (Encoding.UTF8.GetByteCount(name) > 15)
        {
            return null;
        }
        Encoding.UTF8.GetBytes(name, new Span<byte>(request.ifr_name, 15));
        return ioctl(_fd, SIOCGIFINDEX, &request) == 0 ? request.ifr_ifindex : null;
    }

    public void Dispose()
    {
        if (Interlocked.Exchange(ref _closed, 1) == 0)
        {
            close(_fd);
        }
    }
}
