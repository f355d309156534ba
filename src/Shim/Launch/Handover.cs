using Brig.Linux;
using Brig.Shim.Child;
using static Brig.Linux.Libc;

namespace Brig.Shim.Launch;

/// <summary>
/// The child is made first, for its user namespace is needed to make its root. It waits for the word to go on, and gets with it the descriptors that were made meanwhile,
/// under numbers of its own: the kernel writes them where the instructions look for them.
/// </summary>
internal sealed unsafe class Handover
{
    /// <summary>unix(7): SCM_MAX_FD is 253.</summary>
    private const int PerMessage = 250;

    private readonly List<int> _fds = [];
    private readonly cmsg_fd*[] _received;

    /// <summary>Adds the instructions that wait.</summary>
    /// <param name="most">Descriptors.</param>
    public Handover(SyscallProgram program, int syncChild, int most)
    {
        _received = new cmsg_fd*[(most + PerMessage - 1) / PerMessage];
        for (var i = 0; i < _received.Length; i++)
        {
            var size = sizeof(cmsghdr) + PerMessage * sizeof(int);
            _received[i] = (cmsg_fd*)program.Arena.Take(size);
            var message = program.Arena.Put(new msghdr { msg_iovlen = 1, msg_control = _received[i], msg_controllen = (nuint)size });
            message->msg_iov = program.Arena.Put(new iovec { iov_base = program.Arena.Take(1), iov_len = 1 });
            program.Add("recvmsg", "from the shim: the root and what is mounted in it", SYS_recvmsg, syncChild, message, MSG_CMSG_CLOEXEC).Kind(InstructionKind.AwaitParent);
        }
    }

    /// <summary>Where the child finds a descriptor of ours.</summary>
    public Slot Add(int fd)
    {
        var index = _fds.Count;
        _fds.Add(fd);
        return new Slot(&_received[index / PerMessage]->fd + index % PerMessage);
    }

    /// <exception cref="LinuxException">The child is gone.</exception>
    public void Send(int sync)
    {
        var control = stackalloc byte[sizeof(cmsghdr) + PerMessage * sizeof(int)];
        var go = (byte)'g';
        var part = new iovec { iov_base = &go, iov_len = 1 };
        for (var i = 0; i < _received.Length; i++)
        {
            var count = Math.Clamp(_fds.Count - i * PerMessage, 0, PerMessage);
            var length = (nuint)(sizeof(cmsghdr) + count * sizeof(int));
            *(cmsghdr*)control = new cmsghdr { cmsg_len = length, cmsg_level = SOL_SOCKET, cmsg_type = SCM_RIGHTS };
            for (var at = 0; at < count; at++)
                (&((cmsg_fd*)control)->fd)[at] = _fds[i * PerMessage + at];
            var message = new msghdr { msg_iov = &part, msg_iovlen = 1, msg_control = control, msg_controllen = count == 0 ? 0 : length };
            if (sendmsg(sync, &message, MSG_NOSIGNAL) == -1)
                throw new LinuxException("sendmsg", "to the container's process", Errno.Last);
        }
    }
}
