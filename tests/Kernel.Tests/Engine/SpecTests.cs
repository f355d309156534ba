using Brig.Engine;
using Brig.Engine.Containers;
using Brig.Tests;

namespace Brig.Kernel.Tests.Engine;

/// <summary>What was asked for, as a program inside sees it.</summary>
[Trait("Guest", "too")]
public class SpecTests : EngineTest
{
    [Fact]
    public async Task Environment_ImageAndSpec_MergedWithHostnameAndHome() =>
        Assert.Equal(["/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin", "box", "1", "/root"],
            await RunAsync("echo $PATH; echo $HOSTNAME; echo $A; echo $HOME", spec => spec with { Hostname = "box", Env = ["A=1"] }));

    [Fact]
    public async Task Files_OfEtc_TellHostnameHostsAndResolvers() =>
        Assert.Equal(["box", "box", "10.1.2.3\tdb", "nameserver 9.9.9.9"],
            await RunAsync("hostname; cat /etc/hostname; grep db /etc/hosts; cat /etc/resolv.conf", spec => spec with { Hostname = "box", ExtraHosts = ["db:10.1.2.3"], Dns = ["9.9.9.9"] }));

    [Fact]
    public async Task User_ByName_IdsAndHomeAreItsOwn() =>
        Assert.Equal(["1000:1000", "/home/user", "/tmp"], await RunAsync("echo $(id -u):$(id -g); echo $HOME; pwd", spec => spec with { User = "user", WorkingDir = "/tmp" }));

    [Fact]
    public async Task Capabilities_Default_AreDockersButNetRawAndNoNewPrivilegesIsOn() =>
        Assert.Equal(["CapEff:\t00000000a80405fb", "NoNewPrivs:\t1"], await RunAsync("grep -E 'CapEff|NoNewPrivs' /proc/self/status"));

    [Fact]
    public async Task Capabilities_DropAllAddOne_IsThatOne() =>
        Assert.Equal(["CapEff:\t0000000000000020"], await RunAsync("grep CapEff /proc/self/status", spec => spec with { CapDrop = ["ALL"], CapAdd = ["cap_kill"] }));

    [Fact]
    public async Task Privileged_HasDevicesAndAWritableProc() =>
        Assert.Equal(["yes", "yes"], await RunAsync("[ -c /dev/loop-control -o -c /dev/kmsg ] && echo yes; [ -w /proc/sys/kernel/hostname ] && echo yes", spec => spec with { Privileged = true }));

    [Fact]
    public async Task ReadOnlyRoot_OnlyMountsAreWritable() =>
        Assert.Equal(["no", "yes"], await RunAsync("touch /x 2>/dev/null || echo no; touch /data/x && echo yes", spec => spec with { ReadOnlyRoot = true, Mounts = [new(MountKind.Tmpfs, null, "/data", SizeBytes: 1 << 20)] }));

    [Fact]
    public async Task Mounts_BindReadOnly_SeenAndNotWritable()
    {
        await File.WriteAllTextAsync(_engine.Folder + "/note", "hello\n");
        Assert.Equal(["hello", "no"], await RunAsync("cat /in/note; touch /in/x 2>/dev/null || echo no", spec => spec with { Mounts = [new(MountKind.Bind, _engine.Folder, "/in", ReadOnly: true) { Idmap = true }] }));
    }

    [Fact]
    public async Task Namespaces_AllOfAnother_SeesItsProcessesAndFiles()
    {
        var first = await _engine.RunAsync("echo secret > /tmp/file; sleep 1000", spec => spec with { Hostname = "first" });
        var theirs = NamespaceSpec.OfContainer(first.Name);
        await Wait.Until(async () => (await RunAsync("cat /tmp/file; hostname", spec => spec with { Namespaces = new() { Mount = theirs, Pid = theirs, Net = theirs, Uts = theirs, Ipc = theirs } })).SequenceEqual(["secret", "first"]), "it sees what the first has");
    }

    [Fact]
    public async Task Init_ProgramIsNotPidOne() =>
        Assert.NotEqual(["1"], await RunAsync("echo $$", spec => spec with { Init = true }));

    [Fact]
    public async Task Sysctl_OfItsOwnNet_IsSet() =>
        Assert.Equal(["1"], await RunAsync("cat /proc/sys/net/ipv4/ip_forward", spec => spec with { Sysctls = spec.Sysctls.Add("net.ipv4.ip_forward", "1") }));

    [Fact]
    public async Task Rlimit_Asked_IsHeld() =>
        Assert.Equal(["77"], await RunAsync("ulimit -n", spec => spec with { Rlimits = [new("nofile", 77, 77)] }));

    [Fact]
    public async Task Entrypoint_OfItsOwn_TakesTheImagesCommandAway()
    {
        var container = await _engine.Containers.CreateAsync(new() { Image = "brig/busybox", Entrypoint = ["echo", "just"], Command = ["this"] });
        await _engine.Containers.StartAsync(container.Name);
        await _engine.Containers.WaitAsync(container.Name);

        Assert.Equal("echo just this", container.CommandLine);
        Assert.Equal(["just this"], await _engine.OutputAsync(container));
    }

    [Fact]
    public async Task Stop_SignalOfTheSpec_IsSent()
    {
        var container = await _engine.RunAsync("trap 'exit 5' INT; echo ready; while :; do sleep 0.02; done", spec => spec with { StopSignal = "INT" });
        await Wait.Until(async () => (await _engine.OutputAsync(container)).Contains("ready"), "it is ready");

        Assert.Equal(5, (await _engine.Containers.StopAsync(container.Name)).State.Exit!.Code);
    }

    private async Task<string[]> RunAsync(string script, Func<ContainerSpec, ContainerSpec>? spec = null)
    {
        var container = await _engine.RunAsync(script, spec);
        await _engine.Containers.WaitAsync(container.Name).WaitAsync(Wait.Limit);
        return await _engine.OutputAsync(container);
    }
}
