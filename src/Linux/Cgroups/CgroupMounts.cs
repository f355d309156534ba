namespace Brig.Linux.Cgroups;

/// <summary>Where the hierarchies are mounted.</summary>
/// <param name="V2">The v2 tree's mount point, or null.</param>
/// <param name="V1">Mount point of each v1 controller; two of them may share one.</param>
internal sealed record CgroupMounts(string? V2, IReadOnlyDictionary<string, string> V1)
{
    private static readonly string[] s_used = ["cpu", "cpuacct", "cpuset", "memory", "devices", "freezer", "blkio", "pids"];

    /// <summary>Reads proc_pid_mountinfo(5): <c>31 23 0:28 / /sys/fs/cgroup/cpu rw - cgroup cgroup rw,cpu</c>.</summary>
    public static CgroupMounts Parse(string mountinfo, string root)
    {
        string? v2 = null;
        Dictionary<string, string> v1 = new(StringComparer.Ordinal);
        foreach (string line in mountinfo.Split('\n'))
        {
            string[] sides = line.Split(" - ", 2);
            string[] left = sides[0].Split(' ');
            if (sides.Length < 2 || left.Length < 5)
            {
                continue;
            }
            string[] right = sides[1].Split(' ');
            string point = left[4];
            if (point != root && !point.StartsWith(root + "/", StringComparison.Ordinal))
            {
                continue;
            }
            if (right[0] == "cgroup2")
            {
                v2 = point;
            }
            else if (right[0] == "cgroup" && right.Length > 2)
            {
                foreach (string option in right[2].Split(','))
                {
                    if (s_used.Contains(option))
                    {
                        v1[option] = point;
                    }
                }
            }
        }
        if (v2 is not null)
        {
            v1.Remove("freezer");   // the v2 tree freezes, better and in any case
        }
        return new(v2, v1);
    }
}
