using Brig.Engine.PostMortems;
using Brig.Engine.PostMortems.Kernel;
using Brig.Linux.KernelLog;

namespace Brig.Engine.Tests.PostMortems;

public sealed class OomReaderTests
{
    private const string Killed = "Memory cgroup out of memory: Killed process 30674 (tail) total-vm:17952kB, anon-rss:15744kB, file-rss:1328kB, shmem-rss:4kB, UID:1882193920 pgtables:68kB oom_score_adj:0";

    private static readonly string[] V1 =
    [
        "tail invoked oom-killer: gfp_mask=0xcc0(GFP_KERNEL), order=0, oom_score_adj=0",
        "CPU: 0 UID: 1882193920 PID: 1775 Comm: tail Not tainted 6.18.44 #1 PREEMPT(none) ",
        " dump_header+0x43/0x1c0",
        "memory: usage 16384kB, limit 16384kB, failcnt 131",
        "memory+swap: usage 16384kB, limit 9007199254740988kB, failcnt 0",
        "Memory cgroup stats for /brig-9c19a859/11e8:",
        "cache 8192", "rss 49790976", "total_cache 9000", "total_rss 15744000", "total_shmem 12",
        "Tasks state (memory values in pages):",
        "[  pid  ]   uid  tgid total_vm      rss rss_anon rss_file rss_shmem pgtables_bytes swapents oom_score_adj name",
        "[  30674] 1882193920 30674     4488     4268     3936      332         0    69632        0             0 tail",
        "[  30675] 1882193921 30675      100       10       10        0         0    69632        0          -500 [  9] 1 1 1 1 1",
        "oom-kill:constraint=CONSTRAINT_MEMCG,nodemask=(null),cpuset=11e8,mems_allowed=0,oom_memcg=/brig-9c19a859/11e8,task_memcg=/brig-9c19a859/11e8/in,task=tail,pid=30674,uid=1882193920",
        Killed,
    ];

    [Fact]
    public void Read_WholeReportOfV1_EverythingIsIn()
    {
        var report = Assert.Single(Read(V1));

        Assert.Equal(new OomVictim(30674, "tail", 17952 * 1024, 15744 * 1024, 1328 * 1024, 4 * 1024, 1882193920, 0), report.Victim);
        Assert.Equal((16384L * 1024, 16384L * 1024), (report.Usage, report.Limit));
        Assert.Equal(("CONSTRAINT_MEMCG", "/brig-9c19a859/11e8", "/brig-9c19a859/11e8/in"), (report.Constraint, report.LimitOf, report.CgroupOf));
        Assert.Equal((9000L, 15744000L, 12L), (report.Stat["cache"], report.Stat["rss"], report.Stat["shmem"]));
        Assert.Equal([("tail", 30674, 4268L * Environment.SystemPageSize, 0), ("[  9] 1 1 1 1 1", 30675, 10L * Environment.SystemPageSize, -500)], report.Processes.Select(one => (one.Name, one.Pid, one.ResidentBytes, one.ScoreAdjustment)));
        Assert.Equal(Killed, report.Lines[^1]);
        Assert.DoesNotContain(report.Lines, line => line.Contains("dump_header", StringComparison.Ordinal));
    }

    [Fact]
    public void Read_ReportOfV2OnAnOlderKernel_ColumnsAndStatAreFound()
    {
        var report = Assert.Single(Read(
            "sh invoked oom-killer: gfp_mask=0xcc0(GFP_KERNEL), order=0, oom_score_adj=0",
            "memory: usage 65536kB, limit 65536kB, failcnt 0", "swap: usage 0kB, limit 0kB, failcnt 0",
            "Memory cgroup stats for /brig-1/2:", "anon 60000000", "file 4096", "kernel 1000",
            "[    713]     0   713   100000    16000   172032        0           100 python3 -m",
            "oom-kill:constraint=CONSTRAINT_MEMCG,nodemask=(null),cpuset=/,mems_allowed=0-1,3,oom_memcg=/brig-1,task_memcg=/brig-1/2,task=python3 -m,pid=713,uid=0",
            Killed));

        Assert.Equal((60000000L, 1000L), (report.Stat["anon"], report.Stat["kernel"]));
        Assert.Equal(("python3 -m", 100), (report.Processes[0].Name, report.Processes[0].ScoreAdjustment));
        Assert.Equal("/brig-1", report.LimitOf);
    }

    [Fact]
    public void Read_FiguresInOneMessage_AreFoundButForOneThatIsCutOff()
    {
        var report = Assert.Single(Read(
            "sh invoked oom-killer: gfp_mask=0xcc0(GFP_KERNEL), order=0, oom_score_adj=0",
            "Memory cgroup stats for /brig-1/2:",
            @"anon 60000000\x0afile 4096\x0akernel 1000" + string.Concat(Enumerable.Range(0, 60).Select(i => @"\x0apgscan_" + (char)('a' + (i % 26)) + " 123456789")) + @"\x0ashmem 40",
            @"[    713]     0   713   100000    16000   172032        0           100 a\x0aanon 1",
            Killed));

        Assert.Equal((60000000L, 4096L, 1000L), (report.Stat["anon"], report.Stat["file"], report.Stat["kernel"]));
        Assert.False(report.Stat.ContainsKey("shmem"));
    }

    [Fact]
    public void Read_OnlyTheKill_VictimAlone()
    {
        var report = Assert.Single(Read(Killed));

        Assert.Equal(30674, report.Victim.Pid);
        Assert.Null(report.CgroupOf);
        Assert.Null(report.Constraint);
    }

    [Fact]
    public void Read_WholeMachine_NoLimitOfAnybody()
    {
        var report = Assert.Single(Read(
            "a invoked oom-killer: gfp_mask=0x1(X), order=0, oom_score_adj=0",
            "oom-kill:constraint=CONSTRAINT_NONE,nodemask=(null),cpuset=x,mems_allowed=0,global_oom,task_memcg=/brig-1/2,task=a,pid=1,uid=0",
            Killed.Replace("Memory cgroup out", "Out", StringComparison.Ordinal)));

        Assert.Equal(("CONSTRAINT_NONE", null, "/brig-1/2"), (report.Constraint, report.LimitOf, report.CgroupOf));
    }

    [Theory]
    [InlineData("x) total-vm:1kB")]
    [InlineData("a,pid=1,uid=2")]
    [InlineData(@"\x0a\x1b[31m<b>")]
    [InlineData("(")]
    [InlineData("")]
    public void Read_HostileName_NumbersStayTheKernels(string name)
    {
        var report = Assert.Single(Read([.. V1.Select(line => line.Replace("(tail)", $"({name})", StringComparison.Ordinal).Replace("task=tail", $"task={name}", StringComparison.Ordinal))]));

        Assert.Equal((name, 30674, 15744L * 1024), (report.Victim.Name, report.Victim.Pid, report.Victim.AnonymousBytes));
        Assert.Equal("/brig-9c19a859/11e8/in", report.CgroupOf);
    }

    [Fact]
    public void Read_ManyProcesses_SomeAreKept()
    {
        var report = Assert.Single(Read([V1[0], .. Enumerable.Repeat(V1[13], 5000), Killed]));

        Assert.Equal(500, report.Processes.Length);
    }

    [Theory]
    [InlineData("tail", "tail")]
    [InlineData(@"a\x0ab", @"a\u{a}b")]
    [InlineData(@"\xe2\x80\xaeevil", @"\u{202e}evil")]
    [InlineData(@"\xff\xfe", "\ufffd\ufffd")]
    [InlineData("<script>", "<script>")]
    public void SafeName_OfKernel_NothingThatHidesOrTurns(string kernel, string expected) => Assert.Equal(expected, SafeName.OfKernel(kernel));

    private static List<OomReport> Read(params string[] lines)
    {
        var reader = new OomReader();
        long sequence = 0;
        return [.. lines.Select(line => reader.Read(new KernelMessage(++sequence, sequence, line))).OfType<OomReport>()];
    }
}
