using System.Runtime.InteropServices;

namespace Brig.Linux;

/// <summary>epoll(7) and poll(2).</summary>
public static unsafe partial class Libc
{
    public const int EPOLL_CLOEXEC = 0x80000;
    public const int EPOLL_CTL_ADD = 1;
    public const int EPOLL_CTL_DEL = 2;
    public const int EPOLL_CTL_MOD = 3;
    public const uint EPOLLIN = 1;
    public const uint EPOLLOUT = 4;
    public const uint EPOLLERR = 8;
    public const uint EPOLLHUP = 0x10;
    public const uint EPOLLRDHUP = 0x2000;
    public const short POLLIN = 1;
    public const short POLLOUT = 4;

    /// <summary>struct epoll_event, packed on x86-64.</summary>
    [StructLayout(LayoutKind.Sequential, Pack = 1)]
    public struct epoll_event
    {
        public uint events;
        public long data;
    }

    public struct pollfd
    {
        public int fd;
        public short events;
        public short revents;
    }

    [LibraryImport(C, SetLastError = true)]
    public static partial int epoll_create1(int flags);

    [LibraryImport(C, SetLastError = true)]
    public static partial int epoll_ctl(int epoll, int operation, int fd, epoll_event* change);

    [LibraryImport(C, SetLastError = true)]
    public static partial int epoll_wait(int epoll, epoll_event* events, int capacity, int milliseconds);

    [LibraryImport(C, SetLastError = true)]
    public static partial int poll(pollfd* fds, ulong count, int milliseconds);
}
