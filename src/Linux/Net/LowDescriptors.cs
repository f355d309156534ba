namespace Brig.Linux.Net;

/// <summary>
/// Some descriptors below 1,024, kept for libnftables: it waits for its socket by select(2), which ends the whole process where that socket has a
/// higher number, and a machine with 300 containers has.
/// </summary>
internal static unsafe class LowDescriptors
{
    private const int Most = 16, Attempts = 100, SO_PROTOCOL = 38, NETLINK_NETFILTER = 12, FD_SETSIZE = 1024;

    private static readonly Lock Gate = new();
    private static readonly Stack<int> Held = new();

    /// <summary>Takes what is free of them.</summary>
    public static void Reserve()
    {
        lock (Gate)
        {
            while (Held.Count < Most)
            {
                int taken = Libc.open("/dev/null", Libc.O_RDONLY | Libc.O_CLOEXEC);
                if (taken is < 0 or >= FD_SETSIZE)
                {
                    if (taken >= 0)
                    {
                        Libc.close(taken);
                    }
                    return;
                }
                Held.Push(taken);
            }
        }
    }

    /// <summary>
    /// Gives one up for what <paramref name="open"/> opens. Another thread may be quicker and get it; then it is tried again with the next. What is at the number afterwards decides: that it is free
    /// again says nothing, for the other thread may have closed it by then.
    /// </summary>
    /// <exception cref="LinuxException">EMFILE: there is none.</exception>
    public static nint Use(Func<nint> open, Action<nint> close)
    {
        lock (Gate)
        {
            for (int attempt = 0; attempt < Attempts; attempt++)
            {
                Reserve();   // those that became free meanwhile too, or the kernel would give one of them
                if (!Held.TryPop(out int low))
                {
                    break;
                }
                Libc.close(low);
                nint opened = open();
                if (opened == 0 || IsNetfilterSocket(low))
                {
                    return opened;
                }
                close(opened);
            }
        }
        throw new LinuxException("nft_ctx_new", "a descriptor below 1,024 (libnftables needs one, and all are in use)", Errno.EMFILE);
    }

    /// <summary>Opens another socket of that kind, while nobody looks for the one he has just opened.</summary>
    public static T Beside<T>(Func<T> open)
    {
        lock (Gate)
        {
            return open();
        }
    }

    private static bool IsNetfilterSocket(int descriptor)
    {
        int protocol = 0, size = sizeof(int);
        return Libc.syscall(Libc.SYS_getsockopt, descriptor, Libc.SOL_SOCKET, SO_PROTOCOL, (nint)(&protocol), (nint)(&size), 0) == 0 && protocol == NETLINK_NETFILTER;
    }
}
