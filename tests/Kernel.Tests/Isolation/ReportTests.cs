using System.Globalization;
using Brig.Engine.Containers;
using Brig.Engine.Isolation;
using Brig.Kernel.Tests.Engine;
using Brig.Tests;

namespace Brig.Kernel.Tests.Isolation;

/// <summary>Each wall's report against what the container itself says of it.</summary>
[Trait("Guest", "too")]
public class ReportTests : EngineTest
{
    private IIsolation Isolation => _engine.Get<IIsolation>();

    [Fact]
    public async Task Report_DefaultContainer_EveryWallAsTheContainerSays()
    {
        var (container, own) = await RunAsync(
            "for n in mnt pid net uts ipc cgroup user time; do echo $n=$(readlink /proc/1/ns/$n | tr -cd 0-9); done; grep -E '^(Cap|NoNew|Seccomp)' /proc/1/status; cat /proc/1/uid_map; hostname; ulimit -n");
        var report = await Isolation.ReportAsync(container.Id.Value);

        Assert.True(report is { Running: true, Privileged: false, InsideMissing: null }, report.InsideMissing);
        foreach (string kind in (string[])["mnt", "pid", "net", "uts", "ipc", "cgroup", "user"])
        {
            var wall = One(report, kind);
            Assert.Equal((WallState.Up, WallStrength.Default), (wall.State, wall.Difference.Strength));
            Assert.Contains($"{kind}={Fact(wall, "inode").Inside}", own);
            Assert.NotEqual(Fact(wall, "inode").Outside, Fact(wall, "inode").Inside);
            Assert.NotEmpty(wall.BirthSteps);
        }
        Assert.Equal((WallState.Down, "host"), (One(report, "time").State, One(report, "time").SharedWith[0]));
        Assert.Contains($"CapBnd:\t{Fact(One(report, "capabilities"), "bounding").Inside}", own);
        Assert.Contains($"CapEff:\t{Fact(One(report, "capabilities"), "effective").Outside}", own);
        Assert.Contains($"NoNewPrivs:\t{Fact(One(report, "noNewPrivileges"), "NoNewPrivs").Inside}", own);
        Assert.Contains($"Seccomp:\t{Fact(One(report, "seccomp"), "Seccomp").Inside}", own);
        Assert.Contains(Fact(One(report, "user"), "uid_map").Inside, own);
        Assert.Equal(container.Id.Short, Fact(One(report, "uts"), "hostname").Inside);
        foreach (string up in (string[])["root", "paths", "capabilities", "noNewPrivileges", "seccomp", "devices", "pids", "rlimits", "sysctls", "oomScore", "network"])
        {
            Assert.True(One(report, up) is { State: WallState.Up, Difference.Strength: WallStrength.Default }, $"{up}: {One(report, up)}");
        }
        Assert.All((string[])["root", "paths", "capabilities", "noNewPrivileges", "seccomp", "devices", "pids", "rlimits", "network"], key => Assert.NotEmpty(One(report, key).BirthSteps));
        Assert.Equal("127.0.0.1/8 ::1/128", Fact(One(report, "network"), "lo").Inside);
        Assert.DoesNotContain(One(report, "paths").Facts, fact => fact.Inside == "open");
        Assert.Contains(report.Devices, device => device is { Kind: 'c', Major: 1, Minor: 3, Name: "/dev/null" });
        Assert.Contains(report.Mounts, mount => mount is { Point: "/proc", Type: "proc", Propagation: "private" });
        Assert.False(report.Ids.Host);
    }

    [Fact]
    public async Task Report_StepsOfAWall_AreThoseThatBuiltIt()
    {
        var (container, _) = await RunAsync("true");
        var report = await Isolation.ReportAsync(container.Id.Value);
        var birth = await _engine.Containers.BirthAsync(container.Id.Value);
        Assert.All(One(report, "seccomp").BirthSteps, step => Assert.Equal("seccomp", birth.Steps[step].Call));
        Assert.Contains(One(report, "root").BirthSteps, step => birth.Steps[step].Call == "pivot_root");
        Assert.Contains(One(report, "paths").BirthSteps, step => birth.Steps[step].Arguments.Contains("\"/proc/sys\"", StringComparison.Ordinal));
        Assert.All(One(report, "pids").BirthSteps, step => Assert.Contains("pids.max", birth.Steps[step].Arguments, StringComparison.Ordinal));
    }

    [Fact]
    public async Task Report_PrivilegedContainer_WallsAreDownAndMarkedWeaker()
    {
        var (container, own) = await RunAsync("grep CapBnd /proc/1/status", spec => spec with { Privileged = true });
        var report = await Isolation.ReportAsync(container.Id.Value);
        Assert.True(report.Privileged);
        foreach (string key in (string[])["user", "paths", "noNewPrivileges", "seccomp", "devices"])
        {
            Assert.True(One(report, key) is { State: WallState.Down, Difference.Strength: WallStrength.Weaker }, $"{key}: {One(report, key)}");
        }
        Assert.Contains("SYS_ADMIN", One(report, "capabilities").Difference.More);
        Assert.Contains($"CapBnd:\t{Fact(One(report, "capabilities"), "bounding").Inside}", own);
        Assert.Contains("reboot", One(report, "seccomp").Difference.More);
    }

    [Fact]
    public async Task Report_HardenedContainer_IsStronger()
    {
        var (container, _) = await RunAsync("true", spec => spec with { ReadOnlyRoot = true, CapDrop = ["ALL"], CapAdd = ["KILL"], Limits = new() { Pids = 20, Memory = 64 << 20, Cpus = 0.5 } });
        var report = await Isolation.ReportAsync(container.Id.Value);
        Assert.All((string[])["root", "capabilities", "pids", "memory", "cpu"], key => Assert.True(One(report, key) is { State: WallState.Up, Difference.Strength: WallStrength.Stronger }, $"{key}: {One(report, key)}"));
        Assert.Equal("0000000000000020", Fact(One(report, "capabilities"), "effective").Inside);
        Assert.Contains("CHOWN", One(report, "capabilities").Difference.Less);
    }

    [Fact]
    public async Task Report_SharedNetwork_NamesTheOther()
    {
        var (first, _) = await RunAsync("true");
        var (second, _) = await RunAsync("true", spec => spec with { Namespaces = new() { Net = NamespaceSpec.OfContainer(first.Name) } });
        var report = await Isolation.ReportAsync(second.Id.Value);
        Assert.Equal((WallState.Shared, first.Name), (One(report, "net").State, Assert.Single(One(report, "net").SharedWith)));
        Assert.Equal(WallStrength.Weaker, One(report, "net").Difference.Strength);
        var compared = await Isolation.CompareAsync(first.Id.Value, second.Id.Value);
        Assert.True(compared.Single(row => row.Kind == "net").Shared);
        Assert.False(compared.Single(row => row.Kind == "mnt").Shared);
    }

    [Fact]
    public async Task Report_StoppedContainer_IsWhatIsAsked()
    {
        var container = await _engine.CreateAsync("true", spec => spec with { Privileged = true });
        var report = await Isolation.ReportAsync(container.Id.Value);
        Assert.False(report.Running);
        Assert.Equal(WallState.Down, One(report, "seccomp").State);
        Assert.Equal(WallState.Up, One(report, "mnt").State);
        Assert.Empty(report.Processes);
    }

    [Fact]
    public async Task Report_ProcessThatLeftItsNamespaces_IsTold()
    {
        var (container, _) = await RunAsync("unshare -u sleep 1000 & sleep 0.3", spec => spec with { Privileged = true });
        await Wait.Until(async () => (await Isolation.ProcessesAsync(container.Id.Value)).Any(process => process.LeftNamespaces.Contains("uts")), "a process is elsewhere");
        Assert.Equal("1", Fact(One(await Isolation.ReportAsync(container.Id.Value), "uts"), "left").Outside);
    }

    [Fact]
    public async Task Processes_OfAnotherUser_WithTheirSetsAndIds()
    {
        var (container, _) = await RunAsync("true", spec => spec with { User = "1000" });
        var process = (await Isolation.ProcessesAsync(container.Id.Value))[0];
        Assert.Equal((1, 1000u), (process.InnerPid, process.InnerUser));
        Assert.Equal(1000u + uint.Parse((await Isolation.IdMapsAsync(container.Id.Value)).Users[0].Outside.ToString(CultureInfo.InvariantCulture), CultureInfo.InvariantCulture), process.User);
        Assert.Equal((0ul, SeccompMode.Filter, true), (process.Effective.Mask, process.Seccomp, process.NoNewPrivileges));
    }

    /// <summary>Runs a script, and goes on when it has said all it has to say.</summary>
    private async Task<(Container Container, string[] Own)> RunAsync(string script, Func<ContainerSpec, ContainerSpec>? spec = null)
    {
        var container = await _engine.RunAsync(script + "; echo ready; sleep 1000; :", spec);
        await Wait.Until(async () => (await _engine.OutputAsync(container)).Contains("ready"), "it wrote");
        return (container, await _engine.OutputAsync(container));
    }

    private static WallReport One(IsolationReport report, string key) => Assert.Single(report.Walls, wall => wall.Key == key);

    private static WallFact Fact(WallReport wall, string key) => Assert.Single(wall.Facts, fact => fact.Key == key);
}
