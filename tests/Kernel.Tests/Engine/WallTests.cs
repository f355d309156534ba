using Brig.Engine;
using Brig.Engine.Containers;
using Brig.Linux;
using Brig.Tests;

namespace Brig.Kernel.Tests.Engine;

/// <summary>Each wall as a program inside meets it: up by default, moved when it was asked for.</summary>
[Trait("Guest", "too")]
public sealed class WallTests : EngineTest
{
    private const string Sets = "grep ^Cap /proc/self/status | cut -f2";

    [Fact]
    public async Task Capabilities_Root_HasTheThirteenAndNothingInheritable() =>
        Assert.Equal(["0000000000000000", "00000000a80405fb", "00000000a80405fb", "00000000a80405fb", "0000000000000000"], await RunAsync(Sets));

    [Fact]
    public async Task Capabilities_OtherUser_HasNone() =>
        Assert.Equal(["0000000000000000", "0000000000000000", "0000000000000000", "00000000a80405fb", "0000000000000000"], await RunAsync(Sets, spec => spec with { User = "1000" }));

    [Fact]
    public async Task Capabilities_AddedForAnotherUser_AreKeptByItOverEveryExecve() => Assert.Equal(
        ["0000000000001000", "0000000000001000", "0000000000001000", "00000000a80415fb", "0000000000001000"],
        await RunAsync($"sh -c '{Sets}'", spec => spec with { User = "1000", CapAdd = ["net_admin"] }));

    [Fact]
    public async Task Capabilities_UsersOfItsOwn_AreTheSame() => Assert.Equal(
        ["0000000000000000", "00000000a80405fb", "00000000a80405fb", "00000000a80405fb", "0000000000000000", "0000000000001000"],
        await RunAsync($"{Sets}", spec => spec with { Namespaces = new() { User = NamespaceSpec.New } },
            (Sets + " | tail -1", spec => spec with { Namespaces = new() { User = NamespaceSpec.New }, User = "1000", CapAdd = ["NET_ADMIN"] })));

    [Fact]
    public async Task Exec_OtherUserAndPrivileged_HaveWhatTheyAreDue()
    {
        var container = await _engine.RunAsync("sleep 1000", spec => spec with { CapDrop = ["ALL"], CapAdd = ["KILL"] });

        Assert.Equal(["0000000000000020", "1"], await ExecAsync(container, new() { Command = Script("grep -E '^(CapEff|NoNewPrivs)' /proc/self/status | cut -f2") }));
        Assert.Equal(["1000", "0000000000000020"], await ExecAsync(container, new() { User = "1000", Command = Script("id -u; grep ^CapEff /proc/self/status | cut -f2") }));
        string[] all = await ExecAsync(container, new() { Privileged = true, Command = Script("grep -E '^(CapEff|CapBnd|NoNewPrivs)' /proc/self/status | cut -f2") });
        Assert.Equal(all[0], all[1]);
        Assert.Equal("0", all[2]);
        Assert.True((Convert.ToUInt64(all[0], 16) & 1 << 21) != 0, $"no CAP_SYS_ADMIN in {all[0]}");
    }

    [Theory]
    [InlineData(true, false)]
    [InlineData(true, true)]
    [InlineData(false, false)]
    [InlineData(false, true)]
    [Trait("Needs", "peers")]
    public async Task NoNewPrivileges_SetUserIdAndFileCapabilities_WorkOnlyWithoutIt(bool on, bool ownUsers)
    {
        string folder = GainedProgram.Make(_engine.Folder);
        string[] seen = await RunAsync(
            "cp /in/gained /suid; chmod 4755 /suid; cp /in/gained /fcap; /in/gained give /fcap; su user -c '/suid; /fcap'",
            spec => spec with { NoNewPrivileges = on, Mounts = [new(MountKind.Bind, folder, "/in", ReadOnly: true)], Namespaces = new() { User = ownUsers ? NamespaceSpec.New : NamespaceSpec.Host } });

        Assert.Equal(on ? ["1000 0", "1000 0"] : ["0 a80405fb", "1000 400"], seen);
    }

    [Fact]
    public async Task SystemPaths_Default_AreEmptyAndReadOnly()
    {
        string[] seen = await RunAsync("stat -c '%t:%T' /proc/keys /proc/timer_list /proc/kpageflags; cat /proc/keys; ls -A /sys/firmware /sys/dev/block | grep -v :; (echo 1 > /proc/sys/kernel/msgmax) 2>&1; (echo x > /proc/sys/kernel/core_pattern) 2>&1; touch /sys/firmware/x 2>/dev/null || echo no");

        Assert.Equal(["1:3", "1:3", "1:3"], seen[..3]);
        Assert.Equal(3, seen[3..].Count(line => line.Contains("Read-only", StringComparison.Ordinal) || line == "no"));
        Assert.Equal(3, seen[3..].Count(line => line.Length > 0));
    }

    [Fact]
    public async Task SystemPaths_Unconfined_AreAsTheKernelHasThem() =>
        Assert.Equal(["0:0", "sysfs"], await RunAsync("stat -c '%t:%T' /proc/keys; grep -c /proc/sys /proc/mounts; stat -f -c %T /sys/firmware", spec => spec with { SystemPaths = SystemPaths.Unconfined })
            is [var keys, "0", var type] ? [keys, type] : ["still mounted"]);

    [Fact]
    public async Task MaskedAndReadOnlyPaths_Asked_HoldForFilesAndFolders() => Assert.Equal(
        ["0", "0", "no", "no", "fine"],
        await RunAsync("wc -c < /etc/passwd; ls -A /home | wc -l; touch /root/x 2>/dev/null || echo no; (echo x >> /etc/group) 2>/dev/null || echo no; touch /tmp/x /missing && echo fine",
            spec => spec with { MaskedPaths = ["/etc/passwd", "/home", "/not/there"], ReadOnlyPaths = ["/etc/group", "/root", "/not/there/either"] }));

    [Theory]
    [InlineData("/dev")]
    [InlineData("/srv/data")]
    public async Task Mounts_ALinkInTheImageLeadsIntoProc_Refused(string target)
    {
        var container = await _engine.CreateAsync("true", spec => spec with { Mounts = [new(MountKind.Tmpfs, null, "/srv/data"), new(MountKind.Tmpfs, null, "/tmp/x")] });
        Directory.CreateDirectory(_engine.Paths.Container(container.Id) + "/upper/srv");
        File.CreateSymbolicLink(_engine.Paths.Container(container.Id) + "/upper" + target, target == "/dev" ? "/proc" : "../proc/sys");

        var refused = await Assert.ThrowsAsync<EngineException>(() => _engine.Containers.StartAsync(container.Name));

        Assert.Contains("leads into /proc", refused.Message);
    }

    [Fact]
    public async Task Devices_Default_NoneOfTheHostsOpens() =>
        Assert.Equal(["no", "no"], await RunAsync("(: < /dev/fuse) 2>/dev/null || echo no; mknod /tmp/k c 10 229 2>/dev/null; (: < /tmp/k) 2>/dev/null || echo no"));

    [Fact]
    public async Task Devices_Asked_OpenAsPermitted() => Assert.Equal(
        ["a:e5", "read", "no write", "no zero", "no other"],
        await RunAsync("stat -c %t:%T /dev/inner; (: < /dev/inner) 2>/dev/null && echo read; (: > /dev/inner) 2>/dev/null || echo no write; (: < /dev/fuse) 2>/dev/null || echo no zero; mknod /dev/k c 1 11 2>/dev/null; (: < /dev/k) 2>/dev/null || echo no other",
            spec => spec with { Devices = [new(Node(0b110_110_110, 0), "/dev/inner", "r")] }));

    [Fact]
    public async Task Devices_AskedWithUsersOfItsOwn_Open() => Assert.Equal(
        ["a:e5", "read", "written"],
        await RunAsync("stat -c %t:%T /dev/node; (: < /dev/node) 2>/dev/null && echo read; (: > /dev/node) 2>/dev/null && echo written",
            spec => spec with { Devices = [new(Node(0b110_110_110, 0), "/dev/node")], Namespaces = new() { User = NamespaceSpec.New } }));

    /// <summary>As a serial port or a graphics card is: root's and a group's. Whose it is inside is who has it outside, and the host's node stays as it was.</summary>
    [Theory]
    [InlineData(NamespaceSource.New)]
    [InlineData(NamespaceSource.Host)]
    public async Task Devices_NotForEverybody_OpenToTheirUserAndGroupInside(NamespaceSource users)
    {
        string node = Node(0b110_110_000, 20);
        var container = await _engine.RunAsync("sleep 1000", spec => spec with { Devices = [new(node, "/dev/serial", "rw")], Namespaces = new() { User = new(users) } });
        const string Open = "(: < /dev/serial) 2>/dev/null && (: > /dev/serial) 2>/dev/null && echo opened || echo no";

        Assert.Equal(["a:e5 0 20 660", "opened"], await ExecAsync(container, new() { Command = Script("stat -c '%t:%T %u %g %a' /dev/serial; " + Open) }));
        Assert.Equal(["no"], await ExecAsync(container, new() { User = "1000", Command = Script(Open) }));
        Assert.Equal(["opened"], await ExecAsync(container, new() { User = "1000:20", Command = Script(Open) }));
        await ExecAsync(container, new() { Command = Script("chmod 666 /dev/serial") });
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.GroupRead | UnixFileMode.GroupWrite, File.GetUnixFileMode(node));
        Assert.Empty(Directory.EnumerateFiles(_engine.Paths.Run, "device*", SearchOption.AllDirectories));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Tmpfs_EveryOption_Holds(bool ownUsers)
    {
        string[] seen = await RunAsync(
            "stat -c '%a %u %g' /t; cp /bin/busybox /t/sh; /t/sh -c : 2>/dev/null || echo no exec; cp /bin/busybox /e/sh; /e/sh -c : && echo exec; rm /t/sh; i=0; while true > /t/$i; do i=$((i+1)); done 2>/dev/null; echo $((i < 20)); head -c 9000000 /dev/zero > /e/big 2>/dev/null || echo full; touch /r/x 2>/dev/null || echo read-only",
            spec => spec with
            {
                Namespaces = new() { User = ownUsers ? NamespaceSpec.New : NamespaceSpec.Host },
                Mounts =
                [
                    new(MountKind.Tmpfs, null, "/t", SizeBytes: 4 << 20) { Mode = "0750", Uid = 7, Gid = 8, Inodes = 20 },
                    new(MountKind.Tmpfs, null, "/e", SizeBytes: 4 << 20) { NoExec = false }, new(MountKind.Tmpfs, null, "/r", ReadOnly: true),
                ],
            });

        Assert.Equal(["750 7 8", "no exec", "exec", "1", "full", "read-only"], seen);
    }

    [Fact]
    public async Task Bind_ReadOnlyAndNoExec_HoldForWhatIsMountedBelow()
    {
        using var host = new HostMount(_engine.Folder + "/src", shared: false);
        using var below = new HostMount(host.Path + "/below", shared: false);
        File.Copy("/bin/busybox", below.Path + "/sh");

        Assert.Equal(["no", "no", "no exec"], await RunAsync("touch /in/x 2>/dev/null || echo no; touch /in/below/x 2>/dev/null || echo no; /in/below/sh -c : 2>/dev/null || echo no exec",
            spec => spec with { Mounts = [new(MountKind.Bind, host.Path, "/in", ReadOnly: true) { NoExec = true }] }));
    }

    [Theory]
    [InlineData(false, "under mounted")]
    [InlineData(true, "under")]
    public async Task Bind_NonRecursive_HasNothingThatIsMountedBelow(bool nonRecursive, string seen)
    {
        using var host = new HostMount(_engine.Folder + "/src", shared: false);
        File.WriteAllText(host.Path + "/under", "");
        using var below = new HostMount(host.Path + "/below", shared: false);
        File.WriteAllText(below.Path + "/mounted", "");

        Assert.Equal([seen], await RunAsync("echo $(cd /in; ls -d under; cd below; ls)", spec => spec with { Mounts = [new(MountKind.Bind, host.Path, "/in") { NonRecursive = nonRecursive }] }));
    }

    [Theory]
    [InlineData(MountPropagation.Private, false, false)]
    [InlineData(MountPropagation.Slave, true, false)]
    [InlineData(MountPropagation.Shared, true, true)]
    public async Task Bind_Propagation_IsAsAsked(MountPropagation propagation, bool inwards, bool outwards)
    {
        using var host = new HostMount(_engine.Folder + "/src", shared: true);
        var container = await _engine.RunAsync("mkdir /in/out && mount -t tmpfs none /in/out && touch /in/out/file && touch /in/ready; sleep 1000",
            spec => spec with { Privileged = true, Namespaces = new() { User = NamespaceSpec.Host }, Mounts = [new(MountKind.Bind, host.Path, "/in") { Propagation = propagation }] });
        await Wait.Until(() => File.Exists(host.Path + "/ready"), "it has mounted");
        using var later = new HostMount(host.Path + "/in", shared: false);
        File.WriteAllText(later.Path + "/file", "");

        Assert.Equal(outwards, File.Exists(host.Path + "/out/file"));
        Assert.Equal([inwards ? "seen" : "not"], await ExecAsync(container, new() { Command = Script("[ -e /in/in/file ] && echo seen || echo not") }));
    }

    [Fact]
    public async Task Bind_PropagationOfAPrivateSource_Refused()
    {
        using var host = new HostMount(_engine.Folder + "/src", shared: false);

        var refused = await Assert.ThrowsAsync<EngineException>(() => _engine.CreateAsync("true", spec => spec with { Mounts = [new(MountKind.Bind, host.Path, "/in") { Propagation = MountPropagation.Slave }] }));

        Assert.Contains("make-shared", refused.Message);
    }

    [Fact]
    public async Task Rlimits_Default_AreSane()
    {
        string[] seen = await RunAsync("ulimit -Sn; ulimit -Hn; ulimit -Sc; ulimit -l");

        Assert.Equal("1024", seen[0]);
        Assert.InRange(int.Parse(seen[1]), 1024, 524288);
        Assert.Equal("0", seen[2]);
        Assert.InRange(int.Parse(seen[3]), 0, 8192);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Sysctls_NothingAsked_IcmpSocketsAndLowPortsAreEverybodysInside(bool ownUsers) => Assert.Equal(
        ["0", "0 65535"],
        await RunAsync(
            "cat /proc/sys/net/ipv4/ip_unprivileged_port_start; cat /proc/sys/net/ipv4/ping_group_range | tr '\\t' ' '",
            spec => spec with { User = "1000:1000", Namespaces = new() { User = ownUsers ? NamespaceSpec.New : NamespaceSpec.Host } }));

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Sysctls_OfItsNamespaces_AreSetAndTheMachinesAreNot(bool ownUsers)
    {
        string before = File.ReadAllText("/proc/sys/kernel/msgmax") + File.ReadAllText("/proc/sys/kernel/domainname");

        Assert.Equal(["4321", "brig.test", "77", "9"], await RunAsync("cat /proc/sys/kernel/msgmax /proc/sys/kernel/domainname /proc/sys/net/ipv4/tcp_keepalive_time /proc/sys/fs/mqueue/msg_max", spec => spec with
        {
            Namespaces = new() { User = ownUsers ? NamespaceSpec.New : NamespaceSpec.Host },
            Sysctls = spec.Sysctls.Add("kernel.msgmax", "4321").Add("kernel.domainname", "brig.test").Add("net.ipv4.tcp_keepalive_time", "77").Add("fs.mqueue.msg_max", "9"),
        }));
        Assert.Equal(before, File.ReadAllText("/proc/sys/kernel/msgmax") + File.ReadAllText("/proc/sys/kernel/domainname"));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task OomScore_Asked_HoldsInsideAndInAnExec(bool ownUsers)
    {
        var container = await _engine.RunAsync("sleep 1000", spec => spec with { OomScoreAdj = 700, Namespaces = new() { User = ownUsers ? NamespaceSpec.New : NamespaceSpec.Host } });

        Assert.Equal("700", File.ReadAllText($"/proc/{container.State.Pid}/oom_score_adj").Trim());
        Assert.Equal(["700"], await ExecAsync(container, new() { Command = ["cat", "/proc/self/oom_score_adj"] }));
    }

    [Fact]
    public async Task AppArmor_KernelWithout_ExplicitProfileIsRefused()
    {
        if (File.Exists("/sys/module/apparmor/parameters/enabled"))
        {
            return;
        }
        var refused = await Assert.ThrowsAsync<EngineException>(() => _engine.CreateAsync("true", spec => spec with { AppArmor = "brig-default" }));

        Assert.Contains("runs without AppArmor", refused.Message);
    }

    [Fact]
    public async Task Privileged_EveryEventOfIt_SaysSo()
    {
        var open = await _engine.RunAsync("sleep 1000", spec => spec with { Privileged = true });
        var closed = await _engine.RunAsync("sleep 1000");
        await ExecAsync(open, new() { Command = ["true"] });
        await ExecAsync(closed, new() { Command = ["true"], Privileged = true });
        await _engine.Containers.StopAsync(open.Name, TimeSpan.Zero);

        await Wait.Until(async () => (await _engine.Events.ListAsync()).Count(e => e is { Kind: "exec", Action: "die" }) == 2, "both execs are told to have ended");
        var all = await _engine.Events.ListAsync();
        Assert.True(all.Count(e => e.Subject == open.Id.Value) > 3);
        Assert.All(all.Where(e => e.Subject == open.Id.Value), e => Assert.Equal("true", e.Attributes.GetValueOrDefault("privileged")));
        Assert.Equal(4, all.Count(e => e is { Kind: "exec", Action: "start" or "die" } && e.Attributes.GetValueOrDefault("privileged") == "true"));
        Assert.All(all.Where(e => e.Subject == closed.Id.Value), e => Assert.DoesNotContain("privileged", e.Attributes));
    }

    private static string[] ScriptWords(string script) => ["sh", "-c", script];

    private static System.Collections.Immutable.ImmutableArray<string> Script(string script) => [.. ScriptWords(script)];

    private async Task<string[]> ExecAsync(Container container, ExecSpec spec)
    {
        var (_, attachment) = await _engine.Containers.ExecAttachedAsync(container.Name, spec);
        await using var _2 = attachment;
        var text = new System.Text.StringBuilder();
        await foreach (var chunk in attachment.ReadAsync())
        {
            text.Append(System.Text.Encoding.UTF8.GetString(chunk.Bytes.Span));
        }
        return text.ToString().Split('\n', StringSplitOptions.RemoveEmptyEntries);
    }

    private async Task<string[]> RunAsync(string script, Func<ContainerSpec, ContainerSpec>? spec = null, params (string Script, Func<ContainerSpec, ContainerSpec> Spec)[] more)
    {
        var all = new List<string>();
        foreach (var (each, how) in more.Prepend((script, spec ?? (asked => asked))))
        {
            var container = await _engine.RunAsync(each, how);
            await _engine.Containers.WaitAsync(container.Name).WaitAsync(Wait.Limit);
            all.AddRange(await _engine.OutputAsync(container));
        }
        return [.. all];
    }

    /// <summary>A node for /dev/fuse, which every kernel has and which can be opened and closed without harm; a machine may keep its own from everybody.</summary>
    private string Node(uint mode, uint group)
    {
        string path = _engine.Folder + "/node";
        Assert.Equal((0, 0, 0), (Libc.mknod(path, Libc.S_IFCHR, 10 << 8 | 229), Libc.lchown(path, 0, group), Libc.chmod(path, mode)));
        return path;
    }
}
