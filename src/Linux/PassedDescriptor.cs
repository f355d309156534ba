using System.Runtime.InteropServices;
using static Brig.Linux.Libc;

namespace Brig.Linux;

/// <summary>A descriptor that goes along with the bytes of a unix socket (unix(7), SCM_RIGHTS).</summary>
public static unsafe class PassedDescriptor
{
    /// <summary>Sends both. The caller keeps <paramref name="descriptor"/> and closes it.</summary>
    /// <param name="bytes">So few that the socket's buffer takes them at once.</param>
    /// <exception cref="LinuxException">The peer is gone, or its buffer is full.</exception>
    public static void Send(SafeHandle socket, ReadOnlySpan<byte> bytes, int descriptor)
    {
        var control = new cmsg_fd { header = new() { cmsg_len = (nuint)sizeof(cmsghdr) + sizeof(int), cmsg_level = SOL_SOCKET, cmsg_type = SCM_RIGHTS }, fd = descriptor };
        var held = false;
        try
        {
            socket.DangerousAddRef(ref held);
            fixed (byte* start = bytes)
            {
                var part = new iovec { iov_base = start, iov_len = (nuint)bytes.Length };
                var message = new msghdr { msg_iov = &part, msg_iovlen = 1, msg_control = &control, msg_controllen = control.header.cmsg_len };
                var sent = sendmsg((int)socket.DangerousGetHandle(), &message, MSG_NOSIGNAL | MSG_DONTWAIT);
                if (sent != bytes.Length)
                    throw new LinuxException("sendmsg", "a descriptor", sent < 0 ? Errno.Last : Errno.EAGAIN);
            }
        }
        finally
        {
            if (held)
                socket.DangerousRelease();
        }
    }

    /// <summary>As read(2), and the descriptor that came with what was read; -1: none did.</summary>
    public static nint Receive(int socket, byte* to, int count, out int descriptor)
    {
        var control = default(cmsg_fd);
        var part = new iovec { iov_base = to, iov_len = (nuint)count };
        var message = new msghdr { msg_iov = &part, msg_iovlen = 1, msg_control = &control, msg_controllen = (nuint)sizeof(cmsg_fd) };
        var got = recvmsg(socket, &message, MSG_CMSG_CLOEXEC);
        descriptor = got > 0 && message.msg_controllen >= (nuint)sizeof(cmsghdr) && control.header is { cmsg_level: SOL_SOCKET, cmsg_type: SCM_RIGHTS } ? control.fd : -1;
        return got;
    }
}
