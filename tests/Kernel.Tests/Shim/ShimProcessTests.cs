using Brig.Tests;
using Brig.Linux.Wire;

namespace Brig.Kernel.Tests.Shim;

/// <summary>What the program finds around it, seen from inside.</summary>
public sealed class ShimProcessTests
{
    private static List<string> Run(string script, Func<LaunchPlan, LaunchPlan>? change = null, Action<ShimRun>? prepare = null)
    {
        using var run = new ShimRun();
        prepare?.Invoke(run);
        var plan = run.Plan("sh", "-c", script);
        run.Start(change is null ? plan : change(plan));
        run.Wait();
        Assert.Empty(run.Log(2));
        return run.Log(1);
    }

    private static Func<LaunchPlan, LaunchPlan> With(Func<ProcessPlan, ProcessPlan> change) => plan => plan with { Process = change(plan.Process) };

    [Fact]
    public void Run_UserByName_HasItsGroupsAndHome() => Assert.Equal(
        ["uid=1000(tester) gid=1001(tester) groups=50(staff),51(wheel),1001(tester)", "/home/tester"],
        Run("id; echo $HOME", With(p => p with { User = "tester" })));

    [Theory]
    [InlineData("1000", "uid=1000(tester) gid=1001(tester) groups=50(staff),51(wheel),1001(tester)")]
    [InlineData("tester:staff", "uid=1000(tester) gid=50(staff) groups=50(staff)")]
    [InlineData("4242", "uid=4242 gid=0(root) groups=0(root)")]
    [InlineData("4242:4343", "uid=4242 gid=4343 groups=4343")]
    [InlineData("", "uid=0(root) gid=0(root) groups=0(root)")]
    public void Run_User_IsResolvedInTheImage(string user, string expected)
        => Assert.Equal([expected], Run("id", With(p => p with { User = user })));

    [Fact]
    public void Run_EnvironmentAndDirectory_AreTheAskedOnes() => Assert.Equal(
        ["/tmp", "x y", "/elsewhere"], Run("pwd; echo \"$A\"; echo $HOME", With(p => p with { WorkingDir = "/tmp", Env = ["PATH=/bin", "A=x y", "HOME=/elsewhere"] })));

    [Fact]
    public void Run_WorkingDirToBeMade_IsMade() =>
        Assert.Equal(["/a/b/c"], Run("pwd", With(p => p with { WorkingDir = "/a/b/c", MakeWorkingDir = true })));

    [Fact]
    public void Run_Rlimits_HoldInside() => Assert.Equal(
        ["512", "1024"], Run("ulimit -Sn; ulimit -Hn", With(p => p with { Rlimits = [new(7, 512, 1024, true)] })));

    [Fact]
    public void Run_DefaultRlimitAboveTheMachines_IsCut() =>
        Assert.Single(Run("ulimit -Hn", With(p => p with { Rlimits = [new(7, 1UL << 40, 1UL << 40, false)] })));

    [Fact]
    public void Run_Capabilities_AreExactlyTheAskedOnes() => Assert.Equal(
        ["CapInh:\t0000000000000000", "CapPrm:\t00000000a80405fb", "CapEff:\t00000000a80405fb", "CapBnd:\t00000000a80405fb", "CapAmb:\t0000000000000000", "NoNewPrivs:\t0"],
        Run("grep -E '^(Cap|NoNew)' /proc/self/status"));

    [Fact]
    public void Run_OtherUser_HasNoCapabilityButItsBoundingSet() => Assert.Equal(
        ["CapPrm:\t0000000000000000", "CapEff:\t0000000000000000", "CapBnd:\t00000000a80405fb"],
        Run("grep -E '^Cap(Prm|Eff|Bnd)' /proc/self/status", With(p => p with { User = "tester" })));

    [Fact]
    public void Run_AmbientCapability_SurvivesExecAsOtherUser() => Assert.Equal(
        ["CapEff:\t0000000000000400"],
        Run("grep CapEff /proc/self/status", With(p => p with { User = "tester", Capabilities = new(0x400, 0x400, 0x400, 0x400, 0x400) })));

    [Fact]
    public void Run_NoNewPrivileges_IsSet() =>
        Assert.Equal(["NoNewPrivs:\t1"], Run("grep NoNew /proc/self/status", With(p => p with { NoNewPrivileges = true })));

    [Fact]
    public void Run_SeccompFilter_IsInForce()
    {
        // Load the number; if it is mkdir (83), EPERM; else allow.
        byte[] filter =
        [
            0x20, 0, 0, 0, 0, 0, 0, 0,
            0x15, 0, 0, 1, 83, 0, 0, 0,
            0x06, 0, 0, 0, 1, 0, 5, 0,
            0x06, 0, 0, 0, 0, 0, 0xff, 0x7f,
        ];
        foreach (var noNewPrivileges in (bool[])[true, false])
            Assert.Equal(
                ["Seccomp:\t2", "refused"],
                Run("grep Seccomp: /proc/self/status; mkdir /tmp/x 2>/dev/null || echo refused", With(p => p with { Seccomp = [.. filter], NoNewPrivileges = noNewPrivileges })));
    }

    [Fact]
    public void Run_SignalsOfTheProgram_AreAllDefaultAndUnblocked() => Assert.Equal(
        ["SigBlk:\t0000000000000000", "SigIgn:\t0000000000000000"], Run("", With(p => p with { Args = ["grep", "-E", "Sig(Blk|Ign)", "/proc/self/status"] })));

    [Fact]
    public void Run_Descriptors_AreThreeAlone() =>
        // 3 is the directory ls itself has open.
        Assert.Equal(["0", "1", "2", "3"], Run("", With(p => p with { Args = ["ls", "/proc/self/fd"] })));

    [Fact]
    public void Run_NoInput_ReadsTheContainersOwnNull() => Assert.Equal(
        ["same", "0"], Run("test $(stat -L -c %d /proc/self/fd/0) = $(stat -c %d /dev/null) && echo same; wc -c"));

    [Fact]
    public void Run_UmaskAndOomScore_AreTheAskedOnes() => Assert.Equal(
        ["0027", "500"], Run("umask; cat /proc/self/oom_score_adj", With(p => p with { Umask = 0b010_111, OomScoreAdj = 500 })));

    [Fact]
    public void Run_OomScoreNotAsked_IsNotTheShims() => Assert.Equal([File.ReadAllText("/proc/self/oom_score_adj").Trim()], Run("cat /proc/self/oom_score_adj"));

    [Fact]
    public void Run_Hostname_IsTheAskedOne() => Assert.Equal(["anchor"], Run("hostname", p => p with { Hostname = "anchor" }));

    [Fact]
    public void Run_Sysctl_HoldsInside() =>
        Assert.Equal(["77"], Run("cat /proc/sys/net/core/somaxconn", p => p with { Sysctls = [new("net.core.somaxconn", "77")] }));

    [Fact]
    public void Run_Loopback_IsUp() => Assert.Equal(["1"], Run("ip link show lo | grep -c LOOPBACK,UP"));

    [Fact]
    public void Run_Devices_AreThere() => Assert.Equal(
        ["/dev/console missing", "1:3", "1:8", "5:0", "pts/ptmx", "666 666"],
        Run("test -e /dev/console || echo /dev/console missing; for d in null random tty; do stat -c %t:%T /dev/$d; done; readlink /dev/ptmx; echo $(stat -c %a /dev/null /dev/tty)"));

    [Fact]
    public void Run_MaskedAndReadOnlyPaths_AreHidden() => Assert.Equal(
        ["0", "read-only", "read-only sys"],
        Run("head -c 10 /proc/timer_list 2>/dev/null | wc -c; echo 1 2>/dev/null > /proc/sys/vm/swappiness || echo read-only; mkdir /sys/x 2>/dev/null || echo read-only sys"));

    [Fact]
    public void Run_ReadOnlyRoot_RefusesWrites() => Assert.Equal(
        ["refused", "written"],
        Run("touch /x 2>/dev/null || echo refused; touch /dev/shm/x && echo written", p => p with { Root = p.Root! with { ReadOnly = true } }));

    [Fact]
    public void Run_TwoLayers_UpperOneWins()
    {
        using var top = new TempFolder();
        File.WriteAllText(top.Path + "/which", "top\n");
        using var bottom = new TempFolder();
        File.WriteAllText(bottom.Path + "/which", "bottom\n");
        File.WriteAllText(bottom.Path + "/only", "below\n");
        Assert.Equal(
            ["top", "below"],
            Run("cat /which /only", p => p with { Root = p.Root! with { LowerDirectories = [top.Path, bottom.Path, .. p.Root.LowerDirectories] } }));
    }

    [Fact]
    public void Run_HundredLayersWithLongNames_AllAreThere()
    {
        using var folder = new TempFolder();
        var layers = Enumerable.Range(0, 100).Select(i => Directory.CreateDirectory($"{folder.Path}/{i}/{new string('x', 200)}/{new string('y', 100)}").FullName).ToArray();
        for (var i = 0; i < layers.Length; i++)
            File.WriteAllText($"{layers[i]}/layer{i}", "");
        Assert.Equal(["100"], Run("ls -d /layer* | wc -l", p => p with { Root = p.Root! with { LowerDirectories = [.. layers, .. p.Root.LowerDirectories] } }));
    }

    [Fact]
    public void Run_BindMounts_DirectoryAndFileAndReadOnly()
    {
        using var folder = new TempFolder();
        File.WriteAllText(folder.Path + "/file", "host\n");
        var lines = Run(
            "cat /data/file /etc/motd; echo in > /data/written; echo no 2>/dev/null > /ro/x || echo refused",
            p => p with
            {
                Root = p.Root! with
                {
                    Mounts =
                    [
                        .. p.Root.Mounts, new(MountKind.Bind, folder.Path, "/data"), new(MountKind.Bind, folder.Path + "/file", "/etc/motd"),
                        new(MountKind.Bind, folder.Path, "/ro", Flags: MountFlags.ReadOnly),
                    ],
                },
            });
        Assert.Equal(["host", "host", "refused"], lines);
        Assert.Equal("in\n", File.ReadAllText(folder.Path + "/written"));
    }
}
