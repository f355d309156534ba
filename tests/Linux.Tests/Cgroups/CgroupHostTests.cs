using Brig.Linux.Cgroups;

namespace Brig.Linux.Tests.Cgroups;

public sealed class CgroupHostTests
{
    private const string Hybrid = """
        31 23 0:28 / /sys/fs/cgroup rw,relatime - tmpfs tmpfs rw,mode=755
        32 31 0:29 / /sys/fs/cgroup/cpu,cpuacct rw,relatime shared:4 master:1 - cgroup cgroup rw,cpu,cpuacct
        35 31 0:32 / /sys/fs/cgroup/memory rw,relatime - cgroup cgroup rw,memory
        40 31 0:37 / /sys/fs/cgroup/systemd rw,relatime - cgroup cgroup rw,xattr,name=systemd
        41 31 0:38 / /sys/fs/cgroup/unified rw,relatime - cgroup2 cgroup2 rw
        99 31 0:39 / /mnt/elsewhere rw,relatime - cgroup cgroup rw,pids
        cut off
        """;

    private static CgroupHost Detect(string mountinfo)
    {
        string file = Path.GetTempFileName();
        try
        {
            File.WriteAllText(file, mountinfo);
            return CgroupHost.Detect("/sys/fs/cgroup", file);
        }
        finally
        {
            File.Delete(file);
        }
    }

    [Fact]
    public void Detect_ControllersMountedTogether_EnteredOnce()
    {
        CgroupHost host = Detect(Hybrid);
        Assert.Equal(CgroupVersion.Hybrid, host.Version);
        Assert.Equal(["cpu", "cpuacct", "memory"], host.Controllers.Order());
        CgroupEntry entry = host.Open("brig-1/x").Entry;
        Assert.Equal("/sys/fs/cgroup/unified/brig-1/x", entry.V2Directory);
        Assert.Equal(["/sys/fs/cgroup/cpu,cpuacct/brig-1/x", "/sys/fs/cgroup/memory/brig-1/x"], entry.V1Directories.AsEnumerable());
    }

    [Fact]
    public void Detect_OnlyNamedHierarchyBesideV2_IsV2()
        => Assert.Equal(CgroupVersion.V2, Detect("1 0 0:1 / /sys/fs/cgroup/systemd rw - cgroup cgroup rw,name=systemd\n2 0 0:2 / /sys/fs/cgroup rw - cgroup2 cgroup2 rw\n").Version);

    [Fact]
    public void Detect_NoV2Tree_IsV1()
        => Assert.Equal(CgroupVersion.V1, Detect("1 0 0:1 / /sys/fs/cgroup/pids rw - cgroup cgroup rw,pids\n").Version);

    [Fact]
    public void Detect_NothingMounted_SaysWhatAndWhere()
        => Assert.Equal("look for a cgroup hierarchy on \"/sys/fs/cgroup\": ENOENT (no such file or directory)", Assert.Throws<LinuxException>(() => Detect("")).Message);

    [Fact]
    public void WhyNot_ControllerNotMounted_NamesIt()
        => Assert.Contains("its pids controller is not mounted", Detect(Hybrid).WhyNot(new() { Pids = 5 }), StringComparison.Ordinal);

    [Fact]
    public void WhyNot_SwapWithoutMemoryOnV1_SaysWhy()
        => Assert.Contains("needs a memory limit", Detect(Hybrid).WhyNot(new() { Swap = 0 }), StringComparison.Ordinal);

    [Theory]
    [InlineData("")]
    [InlineData("/etc")]
    [InlineData("a/../../b")]
    [InlineData("a//b")]
    public void Open_PathThatLeavesTheTree_Throws(string path) => Assert.Throws<ArgumentException>(() => Detect(Hybrid).Open(path));
}
