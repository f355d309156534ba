using System.Collections.Immutable;
using System.Diagnostics;
using System.Globalization;

namespace Brig.Linux.Cgroups;

/// <summary>
/// A cgroup inside another one that has processes too: without limits of its own, so that what runs in it counts as the outer one's, and can be ended apart.
/// It is in one hierarchy only: v2's, or where there is none that of pids. Gone with the outer one.
/// </summary>
public sealed class InnerCgroup
{
    private readonly string _directory;

    public InnerCgroup(Cgroup outer, string name)
    {
        var (v2, v1) = outer.Entry;
        string outside = v2 ?? v1.FirstOrDefault(directory => directory.Contains("/pids/", StringComparison.Ordinal)) ?? v1[^1];
        _directory = $"{outside}/{name}";
        Entry = v2 is null ? outer.Entry with { V1Directories = v1.Replace(outside, _directory) } : outer.Entry with { V2Directory = _directory };
    }

    /// <summary>How a new process gets into it, and into the outer one everywhere else.</summary>
    public CgroupEntry Entry { get; }

    /// <summary>Anew. Throws <see cref="LinuxException"/>, also when it is there.</summary>
    public void Make()
    {
        if (Kernfs.MakeDirectory(_directory) is var errno and not 0)
        {
            throw new LinuxException("mkdir", _directory, errno);
        }
    }

    /// <summary>
    /// SIGKILL to all in it until none is left, and it with them; false when one outlives the limit. Blocks. It is not used again: into a cgroup that
    /// was killed once, clone3 with CLONE_INTO_CGROUP makes nothing but killed processes (seen on Linux 6.18).
    /// </summary>
    public bool End(TimeSpan limit)
    {
        Stopwatch clock = Stopwatch.StartNew();
        while (!TryRemove(_directory))
        {
            string text = Kernfs.ReadText($"{_directory}/cgroup.procs", out _) ?? "";
            if (text.Length > 0 && Kernfs.Write($"{_directory}/cgroup.kill", "1") != 0)   // v1, or older than 5.14: what forked meanwhile is in the next list
            {
                foreach (string line in text.Split('\n'))
                {
                    if (int.TryParse(line, NumberStyles.None, CultureInfo.InvariantCulture, out int pid) && pid > 0)
                    {
                        Kernfs.Kill(pid, 9);
                    }
                }
            }
            if (clock.Elapsed > limit)
            {
                return false;
            }
            Kernfs.Nap(1);
        }
        return true;
    }

    /// <summary>A container that may write to its cgroups makes some in it.</summary>
    private static bool TryRemove(string directory)
    {
        if (Kernfs.RemoveDirectory(directory) is 0 or Errno.ENOENT)
        {
            return true;
        }
        try
        {
            return Directory.GetDirectories(directory) is { Length: > 0 } inside && inside.All(TryRemove) && Kernfs.RemoveDirectory(directory) is 0 or Errno.ENOENT;
        }
        catch (IOException)
        {
            return false;   // gone meanwhile: seen at the next try
        }
    }
}
