using System.Diagnostics;
using Microsoft.Win32.SafeHandles;

namespace Brig.Linux.Cgroups;

/// <summary>Stops and continues a cgroup, and waits until the kernel says so.</summary>
internal static class Freezer
{
    private static readonly TimeSpan s_limit = TimeSpan.FromSeconds(10);

    public static void V2(string directory, bool frozen, Func<string, string, int> write)
    {
        string file = $"{directory}/cgroup.freeze";
        Throw(write(file, frozen ? "1" : "0"), file);
        using SafeFileHandle? events = Kernfs.Open($"{directory}/cgroup.events", out _);
        Span<byte> text = stackalloc byte[256];
        for (Stopwatch clock = Stopwatch.StartNew(); events is not null;)
        {
            int read = Kernfs.Read(events, text);
            if (read <= 0 || Proc.KeyedText.Value(text[..read], "frozen"u8) == (frozen ? 1 : 0) || !frozen)
            {
                return;
            }
            if (clock.Elapsed > s_limit)
            {
                write(file, "0");
                throw new LinuxException("freeze", directory, Errno.ETIMEDOUT);
            }
            Kernfs.WaitForChange(events, 100);
        }
    }

    public static void V1(string directory, bool frozen, Func<string, string, int> write)
    {
        string file = $"{directory}/freezer.state", wanted = frozen ? "FROZEN" : "THAWED";
        for (Stopwatch clock = Stopwatch.StartNew(); ;)
        {
            // Written again and again: a process that forks meanwhile keeps v1 at FREEZING.
            Throw(write(file, wanted), file);
            if (Kernfs.ReadText(file, out _) == wanted)
            {
                return;
            }
            if (clock.Elapsed > s_limit)
            {
                write(file, "THAWED");
                throw new LinuxException("freeze", directory, Errno.ETIMEDOUT);
            }
            Kernfs.Nap(1);
        }
    }

    /// <param name="directories">Of one cgroup in each hierarchy.</param>
    public static bool IsAsked(IEnumerable<string> directories) => directories.Any(directory =>
        Kernfs.ReadText($"{directory}/cgroup.freeze", out _) == "1" || Kernfs.ReadText($"{directory}/freezer.state", out _) is "FROZEN" or "FREEZING");

    private static void Throw(int errno, string file)
    {
        if (errno != 0)
        {
            throw new LinuxException("write", file, errno);
        }
    }
}
