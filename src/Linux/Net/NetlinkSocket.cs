using System.Collections.Immutable;

namespace Brig.Linux.Net;

/// <summary>The interfaces of our own network namespace, asked by netlink(7).</summary>
public static unsafe class NetlinkSocket
{
    private const int NETLINK_ROUTE = 0, RTM_GETLINK = 18, RTM_GETADDR = 22, NLM_F_REQUEST = 1, NLM_F_DUMP = 0x300;

    /// <exception cref="LinuxException">The kernel refused.</exception>
    public static ImmutableArray<NetLink> Read() => NetLinks.Parse(Dump(RTM_GETLINK), Dump(RTM_GETADDR));

    private static byte[] Dump(int type)
    {
        int socket = Errno.Check((int)Libc.syscall(Libc.SYS_socket, Libc.AF_NETLINK, Libc.SOCK_RAW | Libc.SOCK_CLOEXEC, NETLINK_ROUTE, 0, 0, 0), "socket", "AF_NETLINK");
        try
        {
            int* message = stackalloc int[5] { 20, type | ((NLM_F_REQUEST | NLM_F_DUMP) << 16), 1, 0, 0 };
            Errno.Check((int)Libc.syscall(Libc.SYS_sendto, socket, (nint)message, 20, 0, 0, 0), "sendto", "AF_NETLINK");
            using MemoryStream all = new();
            byte[] buffer = new byte[32 * 1024];
            fixed (byte* at = buffer)
            {
                int got;
                while ((got = (int)Libc.syscall(Libc.SYS_recvfrom, socket, (nint)at, buffer.Length, Libc.MSG_DONTWAIT, 0, 0)) > 0)
                {
                    all.Write(buffer, 0, got);
                }
            }
            return all.ToArray();
        }
        finally
        {
            Libc.close(socket);
        }
    }
}
