using Brig.Linux.Cgroups;

namespace Brig.Kernel.Tests.Cgroups;

/// <summary>The backends this machine can try: the one it has, and on a hybrid machine also the one without the v2 tree.</summary>
public static class CgroupHosts
{
    public static TheoryData<string> Names => CgroupHost.Detect().Version == CgroupVersion.Hybrid ? new("detected", "without v2 tree") : new("detected");

    public static CgroupHost Get(string name)
    {
        if (name == "detected")
        {
            return CgroupHost.Detect();
        }
        string mountinfo = Path.GetTempFileName();
        try
        {
            File.WriteAllLines(mountinfo, File.ReadLines("/proc/self/mountinfo").Where(line => !line.Contains(" - cgroup2 ", StringComparison.Ordinal)));
            return CgroupHost.Detect(mountinfo: mountinfo);
        }
        finally
        {
            File.Delete(mountinfo);
        }
    }
}
