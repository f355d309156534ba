namespace Brig.Linux.Cgroups;

public enum CgroupVersion
{
    /// <summary>Controllers mounted apart, no v2 tree.</summary>
    V1,
    /// <summary>Controllers mounted apart, and a v2 tree that has none but freezes, kills and tells pressure.</summary>
    Hybrid,
    /// <summary>One tree with every controller.</summary>
    V2,
}

/// <summary>The cgroup hierarchies of this machine. Paths are relative, as <c>brig-1a2b3c4d/ID</c>, and the same below each hierarchy.</summary>
public abstract class CgroupHost
{
    /// <summary>Looks at the machine. Throws <see cref="LinuxException"/> when no hierarchy is mounted.</summary>
    /// <param name="cgroupRoot">Only mounts at or below it are used.</param>
    /// <param name="mountinfo">proc_pid_mountinfo(5).</param>
    public static CgroupHost Detect(string cgroupRoot = "/sys/fs/cgroup", string mountinfo = "/proc/self/mountinfo")
    {
        string text = Kernfs.ReadText(mountinfo, out int errno) ?? throw new LinuxException("read", mountinfo, errno);
        CgroupMounts mounts = CgroupMounts.Parse(text, cgroupRoot);
        return mounts switch
        {
            { V1.Count: > 0 } => new V1.V1Host(mounts),
            { V2: not null } => new V2.V2Host(mounts.V2),
            _ => throw new LinuxException("look for a cgroup hierarchy", cgroupRoot, Errno.ENOENT),
        };
    }

    public abstract CgroupVersion Version { get; }

    /// <summary>The v2 names of those that can be used here: of cpu, cpuset, memory, io, pids (and devices on v1).</summary>
    public abstract IReadOnlySet<string> Controllers { get; }

    /// <summary>Makes it below every hierarchy in use, with its parents; what exists is used as it is. Throws <see cref="LinuxException"/>, and leaves nothing behind then.</summary>
    /// <param name="path">Relative, for example <c>brig-1a2b3c4d/ID</c>.</param>
    /// <param name="onCall">Told of everything done to it, here and later.</param>
    public abstract Cgroup Create(string path, Action<CgroupCall>? onCall = null);

    /// <summary>One that was made earlier. Looks at nothing: see <see cref="Cgroup.Exists"/>.</summary>
    public abstract Cgroup Open(string path);

    /// <summary>Names of the cgroups directly below, over all hierarchies.</summary>
    public IReadOnlyList<string> Children(string path)
    {
        SortedSet<string> names = new(StringComparer.Ordinal);
        foreach (string directory in Open(path).Directories)
        {
            if (Directory.Exists(directory))
            {
                names.UnionWith(Directory.EnumerateDirectories(directory).Select(child => Path.GetFileName(child)));
            }
        }
        return [.. names];
    }

    /// <summary>Why this machine cannot hold these limits, as a sentence; null when it can.</summary>
    public abstract string? WhyNot(CgroupLimits limits);

    private protected static string Checked(string path)
        => path.Length == 0 || path[0] == '/' || path.Split('/').Any(part => part is "" or "." or "..")
            ? throw new ArgumentException($"\"{path}\" is not a relative cgroup path", nameof(path))
            : path;
}
