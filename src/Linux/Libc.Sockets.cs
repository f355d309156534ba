using System.Runtime.InteropServices;

namespace Brig.Linux;

/// <summary>unix(7) sockets and passing descriptors over them.</summary>
public static unsafe partial class Libc
{
    public const int AF_UNIX = 1;
    public const int AF_INET = 2;
    public const int AF_NETLINK = 16;
    public const int SOCK_RAW = 3;
    public const int SOCK_STREAM = 1;
    public const int SOCK_DGRAM = 2;
    public const int SOCK_NONBLOCK = 0x800;
    public const int SOCK_CLOEXEC = 0x80000;
    public const int SOL_SOCKET = 1;
    public const int SO_NETNS_COOKIE = 71;
    public const int SCM_RIGHTS = 1;
    public const int MSG_DONTWAIT = 0x40;
    public const int MSG_WAITALL = 0x100;
    public const int MSG_NOSIGNAL = 0x4000;
    public const int MSG_CMSG_CLOEXEC = 0x40000000;
    public const int SIOCSIFFLAGS = 0x8914;
    public const int SIOCGIFINDEX = 0x8933;
    public const short IFF_UP = 1;

    public struct sockaddr_un
    {
        public ushort sun_family;
        public fixed byte sun_path[108];
    }

    public struct iovec
    {
        public void* iov_base;
        public nuint iov_len;
    }

    public struct msghdr
    {
        public void* msg_name;
        public uint msg_namelen;
        public iovec* msg_iov;
        public nuint msg_iovlen;
        public void* msg_control;
        public nuint msg_controllen;
        public int msg_flags;
    }

    public struct cmsghdr
    {
        public nuint cmsg_len;
        public int cmsg_level;
        public int cmsg_type;
    }

    /// <summary>A control message that carries one descriptor.</summary>
    public struct cmsg_fd
    {
        public cmsghdr header;
        public int fd;
        private readonly int _pad;
    }

    /// <summary>struct ifreq with ifr_flags.</summary>
    public struct ifreq_flags
    {
        public fixed byte ifr_name[16];
        public short ifr_flags;
        private fixed byte _rest[22];
    }

    /// <summary>struct ifreq with ifr_ifindex.</summary>
    public struct ifreq_index
    {
        public fixed byte ifr_name[16];
        public int ifr_ifindex;
        private fixed byte _rest[20];
    }

    [LibraryImport(C, SetLastError = true)]
    public static partial int socket(int domain, int type, int protocol);

    [LibraryImport(C, SetLastError = true)]
    public static partial int socketpair(int domain, int type, int protocol, int* two);

    [LibraryImport(C, SetLastError = true)]
    public static partial int bind(int fd, sockaddr_un* address, uint length);

    [LibraryImport(C, SetLastError = true)]
    public static partial int connect(int fd, sockaddr_un* address, uint length);

    [LibraryImport(C, SetLastError = true)]
    public static partial int listen(int fd, int backlog);

    [LibraryImport(C, SetLastError = true)]
    public static partial int accept4(int fd, void* address, uint* length, int flags);

    [LibraryImport(C, SetLastError = true)]
    public static partial nint send(int fd, void* buffer, nint count, int flags);

    [LibraryImport(C, SetLastError = true)]
    public static partial nint recv(int fd, void* buffer, nint count, int flags);

    [LibraryImport(C, SetLastError = true)]
    public static partial int setsockopt(int fd, int level, int name, void* value, uint length);

    [LibraryImport(C, SetLastError = true)]
    public static partial nint recvmsg(int fd, msghdr* message, int flags);

    [LibraryImport(C, SetLastError = true)]
    public static partial nint sendmsg(int fd, msghdr* message, int flags);
}
