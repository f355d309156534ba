using System.Globalization;
using System.Text;
using Brig.Linux;
using static Brig.Linux.Libc;

namespace Brig.Shim;

/// <summary>The shim as a process of the host.</summary>
internal static unsafe class Shim
{
    /// <summary>Signals meant for somebody's terminal or service manager end no container; a reader that went away is an errno, not a death.</summary>
    public static void LeaveEngine()
    {
        var ignore = new kernel_sigaction { handler = SIG_IGN };
        foreach (var signal in (ReadOnlySpan<int>)[SIGHUP, SIGINT, SIGTERM, SIGPIPE])
            rt_sigaction(signal, &ignore, null);
        fcntl(3, F_SETFD, FD_CLOEXEC);
        umask(0b000_111_111);
        var name = stackalloc byte[] { (byte)'b', (byte)'r', (byte)'i', (byte)'g', (byte)'-', (byte)'s', (byte)'h', (byte)'i', (byte)'m', 0 };
        prctl(PR_SET_NAME, (nint)name, 0, 0, 0);
        LeaveKeys();
    }

    /// <summary>
    /// The engine's session keyring is that of whoever started it, with his keys in it, and whoever inherits a keyring possesses it, in whatever user namespace he is (keyrings(7)).
    /// The new one is empty; the container has it from us.
    /// </summary>
    private static void LeaveKeys()
    {
        // ENOSYS: a kernel without keys. EPERM: a filter over Brig itself, which hides them as well from what it starts.
        if (syscall(SYS_keyctl, KEYCTL_JOIN_SESSION_KEYRING, 0, 0, 0, 0, 0) == -1 && Errno.Last is not (Errno.ENOSYS or Errno.EPERM))
            throw new LinuxException("keyctl", "a session keyring of the container's own", Errno.Last);
    }

    /// <summary>So that the kernel does not take us before the container; not every machine allows it.</summary>
    public static void ProtectFromOom() => WriteText("/proc/self/oom_score_adj", "-999");

    public static void WritePid(string runFolder) =>
        WriteText(runFolder + "/shim.pid", getpid().ToString(CultureInfo.InvariantCulture) + "\n");

    public static void RemoveFiles(string runFolder)
    {
        unlinkat(AT_FDCWD, runFolder + "/shim.sock", 0);
        unlinkat(AT_FDCWD, runFolder + "/shim.pid", 0);
    }

    /// <summary>What was made for the launch is garbage now, and a shim may live for months.</summary>
    public static void GiveBackMemory() => GC.Collect(2, GCCollectionMode.Aggressive, blocking: true, compacting: true);

    private static void WriteText(string path, string text)
    {
        var fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0b110_100_100);
        if (fd < 0)
            return;
        var bytes = Encoding.ASCII.GetBytes(text);
        fixed (byte* buffer = bytes)
            write(fd, buffer, bytes.Length);
        close(fd);
    }
}
