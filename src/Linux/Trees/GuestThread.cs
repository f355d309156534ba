using System.Runtime.ExceptionServices;
using static Brig.Linux.Libc;

namespace Brig.Linux.Trees;

/// <summary>
/// A thread that makes files as a container's root: by its file system ids (setfsuid(2)), for a file system of the container's own knows no others, and what is
/// made is then the container's from its first instant. It keeps its capabilities, and ends with the work.
/// </summary>
public static unsafe class GuestThread
{
    private const int StackSize = 512 * 1024;

    /// <exception cref="LinuxException">EPERM: without CAP_SETPCAP or CAP_SETUID.</exception>
    public static void Run(GuestIds? ids, Action work)
    {
        Exception? failure = null;
        var thread = new Thread(() =>
        {
            try
            {
                if (ids is { } users)
                    Become(users.First);
                work();
            }
            catch (Exception e)
            {
                failure = e;   // told by whoever waits
            }
        }, StackSize) { IsBackground = true, Name = "container files" };
        thread.Start();
        thread.Join();
        if (failure is not null)
            ExceptionDispatchInfo.Throw(failure);
    }

    private static void Become(uint root)
    {
        Errno.Check(prctl(PR_SET_SECUREBITS, SECBIT_NO_SETUID_FIXUP, 0, 0, 0), "prctl", "PR_SET_SECUREBITS");
        // They return the old id and no error; asked again, they tell the one that holds.
        syscall(SYS_setfsgid, (nint)root, 0, 0, 0, 0, 0);
        syscall(SYS_setfsuid, (nint)root, 0, 0, 0, 0, 0);
        if ((uint)syscall(SYS_setfsuid, -1, 0, 0, 0, 0, 0) != root || (uint)syscall(SYS_setfsgid, -1, 0, 0, 0, 0, 0) != root)
            throw new LinuxException("setfsuid", "the container's root", Errno.EPERM);
    }
}
