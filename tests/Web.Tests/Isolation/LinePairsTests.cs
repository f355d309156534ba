using Brig.Web.Components.Parts.Tabs.Isolation;

namespace Brig.Web.Tests.Isolation;

public sealed class LinePairsTests
{
    [Fact]
    public void Of_Status_PairsByName()
    {
        var pairs = LinePairs.Of("status", "Pid:\t1\nNSpid:\t1\nNoNewPrivs:\t1\n", "Pid:\t4242\nNoNewPrivs:\t1\nNgid:\t0\n");
        Assert.Equal<LinePair>([new("Pid:\t1", "Pid:\t4242"), new("NSpid:\t1", null), new("NoNewPrivs:\t1", "NoNewPrivs:\t1"), new(null, "Ngid:\t0")], pairs);
    }

    [Fact]
    public void Of_Processes_PairsByCommandInOrder()
    {
        var pairs = LinePairs.Of("ps", "PID PPID UID S COMMAND\n1 0 0 S sh -c x\n7 1 0 S sleep 1\n9 1 0 S sleep 1\n", "PID PPID UID S COMMAND\n100 90 5 S sh -c x\n107 100 5 S sleep 1\n109 100 5 S sleep 1\n");
        Assert.Equal(["PID PPID UID S COMMAND", "100 90 5 S sh -c x", "107 100 5 S sleep 1", "109 100 5 S sleep 1"], pairs.Select(pair => pair.Outside));
    }

    [Fact]
    public void Of_Mounts_PairsByPoint() =>
        Assert.Equal<LinePair>([new("a on /proc type proc (ro)", "proc on /proc type proc (rw)"), new(null, "x on / type ext4 (rw)")],
            LinePairs.Of("mount", "a on /proc type proc (ro)\n", "x on / type ext4 (rw)\nproc on /proc type proc (rw)\n"));

    [Fact]
    public void Of_Links_PairsBelowTheSameInterface()
    {
        var pairs = LinePairs.Of("ip", "1: lo: <LOOPBACK,UP> mtu 65536\n    inet 127.0.0.1/8\n", "1: lo: <LOOPBACK,UP> mtu 65536\n    inet 127.0.0.1/8\n2: eth0: <UP> mtu 1500\n    inet 10.0.0.2/24\n");
        Assert.Equal([true, true, false, false], pairs.Select(pair => pair.Same));
    }

    [Fact]
    public void Of_HostileLines_DoesNotFail() => Assert.NotEmpty(LinePairs.Of("mount", "a on b\n type on \n on  type \n", "x"));

    [Fact]
    public void Words_OneDiffers_ItAloneIsMarked() =>
        Assert.Equal([("Uid:", false), ("\t", false), ("0", true), (" ", false), ("5", false)], LinePairs.Words("Uid:\t0 5", "Uid:\t7 5"));
}
