using System.Collections.Immutable;
using System.Net.Sockets;
using System.Runtime.ExceptionServices;
using static Brig.Linux.Libc;

namespace Brig.Linux.Net;

/// <summary>
/// A network namespace, held by a descriptor: it stays for as long as this does. What is to happen in it happens on a thread of its own, which enters it by
/// setns(2) and ends with the work, so no thread of the pool is ever in another namespace than the rest. About 0.25 ms a visit: whoever needs it often opens a socket there
/// (<see cref="RtNetlink.Open(NetNamespace)"/>, <see cref="MakeSocket"/>) and keeps it, for a socket belongs for ever to the namespace it was made in.
/// </summary>
public sealed unsafe class NetNamespace : IDisposable
{
    private const int StackSize = 512 * 1024;

    private int _fd;

    private NetNamespace(int fd, ulong number) => (_fd, Number) = (fd, number);

    /// <summary>As <c>net:[4026531840]</c> shows it.</summary>
    public ulong Number { get; }

    public int Descriptor => _fd >= 0 ? _fd : throw new ObjectDisposedException(nameof(NetNamespace));

    /// <param name="path"><c>/proc/PID/ns/net</c>, or a bind mount of one.</param>
    /// <exception cref="LinuxException">ENOENT: nobody there. EINVAL: something, but no network namespace.</exception>
    public static NetNamespace Open(string path)
    {
        int fd = Errno.Check(open(path, O_RDONLY | O_CLOEXEC), "open", path);
        stat status;
        statfs system;
        if (fstat(fd, &status) != 0 || fstatfs(fd, &system) != 0 || system.f_type != NSFS_MAGIC || ioctl(fd, NS_GET_NSTYPE, null) != unchecked((int)CLONE_NEWNET))
        {
            close(fd);
            throw new LinuxException("open", path, Errno.EINVAL, "it is no network namespace");
        }
        return new(fd, status.st_ino);
    }

    /// <exception cref="LinuxException">ENOENT: it is gone.</exception>
    public static NetNamespace OfProcess(int pid) => Open($"/proc/{pid}/ns/net");

    /// <summary>That of the calling thread, which is the machine's in all of ours but those of <see cref="Run{T}"/>.</summary>
    public static NetNamespace Current() => Open("/proc/thread-self/ns/net");

    /// <summary>A new one that nobody is in, with <c>lo</c> down.</summary>
    public static NetNamespace Make() => OnThread(() =>
    {
        Errno.Check(unshare(CLONE_NEWNET), "unshare", "CLONE_NEWNET");
        return Current();
    });

    /// <summary>The user namespace it belongs to: whoever has rights there has them over this.</summary>
    /// <exception cref="LinuxException">EPERM: it is outside of our own.</exception>
    public HeldDescriptor Owner() => new(Errno.Check(ioctl(Descriptor, NS_GET_USERNS, null), "ioctl NS_GET_USERNS", $"net:[{Number}]"));

    /// <summary>Does it in there and waits for it. What it throws is thrown here.</summary>
    /// <exception cref="LinuxException">EPERM: without CAP_SYS_ADMIN over it.</exception>
    public T Run<T>(Func<T> work) => OnThread(() =>
    {
        Errno.Check(setns(Descriptor, unchecked((int)CLONE_NEWNET)), "setns", $"net:[{Number}]");
        return work();
    });

    public void Run(Action work) => Run(() =>
    {
        work();
        return 0;
    });

    /// <summary>A socket of that namespace, to be used from anywhere: what it binds, connects and listens to is in there.</summary>
    public Socket MakeSocket(AddressFamily family, SocketType type, ProtocolType protocol) => Run(() => new Socket(family, type, protocol));

    /// <summary>The number by which the kernel knows it for as long as the machine runs (SO_NETNS_COOKIE, socket(7)).</summary>
    /// <exception cref="LinuxException">ENOPROTOOPT: before Linux 5.14.</exception>
    public ulong Cookie()
    {
        using var inside = MakeSocket(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp);
        Span<byte> cookie = stackalloc byte[sizeof(ulong)];
        try
        {
            inside.GetRawSocketOption(SOL_SOCKET, SO_NETNS_COOKIE, cookie);
        }
        catch (SocketException)
        {
            throw new LinuxException("getsockopt SO_NETNS_COOKIE", $"net:[{Number}]", Errno.ENOPROTOOPT);
        }
        return BitConverter.ToUInt64(cookie);
    }

    /// <summary>Its interfaces with their addresses.</summary>
    public ImmutableArray<NetLink> Links()
    {
        using var there = RtNetlink.Open(this);
        return there.Links();
    }

    public void Dispose()
    {
        if (Interlocked.Exchange(ref _fd, -1) is >= 0 and var fd)
        {
            close(fd);
        }
    }

    private static T OnThread<T>(Func<T> work)
    {
        T? result = default;
        ExceptionDispatchInfo? failure = null;
        var thread = new Thread(() =>
        {
            try
            {
                result = work();
            }
            catch (Exception e)
            {
                failure = ExceptionDispatchInfo.Capture(e);   // told by whoever waits
            }
        }, StackSize) { IsBackground = true, Name = "network namespace" };
        thread.Start();
        thread.Join();
        failure?.Throw();
        return result!;
    }
}
