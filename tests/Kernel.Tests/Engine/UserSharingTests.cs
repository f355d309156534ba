using System.Collections.Concurrent;
using Brig.Engine;
using Brig.Engine.Containers;
using Brig.Engine.Ids;
using Brig.Tests;

namespace Brig.Kernel.Tests.Engine;

/// <summary>Users of its own beside namespaces that are not: the host's, and another container's.</summary>
public class UserSharingTests : EngineTest
{
    [Theory]
    [InlineData("pid")]
    [InlineData("net")]
    [InlineData("uts")]
    [InlineData("ipc")]
    [InlineData("cgroup")]
    [InlineData("time")]
    public async Task Host_OneNamespace_ContainerHasUsersOfItsOwnAndNoRightOverIt(string kind)
    {
        var container = await EndedAsync(
            $"readlink /proc/self/ns/{kind}; cut -c1-12 /proc/self/uid_map | tr -s ' '; mount | grep -c 'type cgroup '; hostname tried 2>&1; [ -e /sys/class/net/lo ] && [ -e /proc/self/status ] && [ -w /dev/shm ] && echo whole",
            spec => spec with { Namespaces = With(kind, NamespaceSpec.Host) });
        string[] lines = await _engine.OutputAsync(container);

        Assert.Equal(new FileInfo($"/proc/self/ns/{kind}").LinkTarget, lines[0]);
        Assert.StartsWith(" 0 ", lines[1], StringComparison.Ordinal);
        Assert.Equal("0", lines[2]);   // none of the host's hierarchies came along
        Assert.Contains("hostname: ", lines[3]);
        Assert.Equal("whole", lines[^1]);
    }

    [Fact]
    public async Task Host_Pid_SeesTheHostsProcessesAndCanDoNothingToThem()
    {
        var container = await EndedAsync($"ls /proc/{Environment.ProcessId}/status; kill -0 {Environment.ProcessId}; cat /proc/{Environment.ProcessId}/environ; ls /proc/{Environment.ProcessId}/root/",
            spec => spec with { Namespaces = With("pid", NamespaceSpec.Host) });
        string[] lines = await _engine.OutputAsync(container);

        Assert.Equal($"/proc/{Environment.ProcessId}/status", Assert.Single(lines, line => !line.Contains(": ", StringComparison.Ordinal)));
        Assert.Equal(3, lines.Count(line => line.Contains("not permitted", StringComparison.Ordinal) || line.Contains("Permission denied", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task Host_AllAtOnce_Starts() =>
        Assert.Equal(["0"], await _engine.OutputAsync(await EndedAsync("id -u", spec => spec with
        {
            Namespaces = new() { Pid = NamespaceSpec.Host, Net = NamespaceSpec.Host, Ipc = NamespaceSpec.Host, Uts = NamespaceSpec.Host, Cgroup = NamespaceSpec.Host },
        })));

    [Fact]
    public async Task Container_Network_SharesItsUsersAndRightsOverIt()
    {
        var first = await LivingAsync("true");
        var second = await EndedAsync("readlink /proc/self/ns/user; ip link set lo mtu 1234 && cat /sys/class/net/lo/mtu; touch /mine", spec => spec with
        {
            CapAdd = ["NET_ADMIN"], Namespaces = new() { Net = NamespaceSpec.OfContainer(first.Name) },
        });

        Assert.Equal(NamespaceSpec.OfContainer(first.Name), second.Spec.Namespaces.User);
        Assert.Equal(first.Ids, second.Ids);
        Assert.Equal([new FileInfo($"/proc/{first.State.Pid}/ns/user").LinkTarget!, "1234"], await _engine.OutputAsync(second));
        Assert.Equal((first.Ids!.Value.First, first.Ids.Value.First), Ownership.Of(_engine.Paths.Container(second.Id) + "/upper/mine"));
    }

    [Fact]
    public async Task Container_EverythingOfAnother_SeesItsFilesAndProcesses()
    {
        var first = await LivingAsync("echo secret > /tmp/file; chmod 600 /tmp/file");
        var theirs = NamespaceSpec.OfContainer(first.Name);
        var second = await EndedAsync("cat /tmp/file; kill -0 1 && echo may", spec => spec with { Namespaces = new() { Mount = theirs, Pid = theirs, Net = theirs, Uts = theirs, Ipc = theirs } });
        Assert.Equal(["secret", "may"], await _engine.OutputAsync(second));
    }

    [Theory]
    [InlineData("pid")]
    [InlineData("net")]
    public async Task Container_ItsNamespaceWithoutItsUsers_IsASentence(string kind)
    {
        var first = await LivingAsync("true");
        var refused = await Assert.ThrowsAsync<EngineException>(() =>
            _engine.CreateAsync("true", spec => spec with { Namespaces = With(kind, NamespaceSpec.OfContainer(first.Name)) with { User = NamespaceSpec.New } }));
        Assert.Equal(EngineErrorKind.Conflict, refused.Kind);
        Assert.Contains($"user: container:{first.Name}", refused.Message);
    }

    [Theory]
    [InlineData("uts")]
    [InlineData("ipc")]
    [InlineData("time")]
    public async Task Container_FarNamespaceWithoutItsUsers_Starts(string kind)
    {
        var first = await LivingAsync("true", spec => spec with { Namespaces = new() { Time = NamespaceSpec.New } });
        var second = await EndedAsync($"readlink /proc/self/ns/{kind}; id -u", spec => spec with { Namespaces = With(kind, NamespaceSpec.OfContainer(first.Name)) with { User = NamespaceSpec.New } });
        Assert.NotEqual(first.Ids, second.Ids);
        Assert.Equal([new FileInfo($"/proc/{first.State.Pid}/ns/{kind}").LinkTarget!, "0"], await _engine.OutputAsync(second));
    }

    [Fact]
    public async Task Container_NetworkOfOneWithTheHostsUsers_HasThemToo()
    {
        var first = await LivingAsync("true", spec => spec with { Namespaces = new() { User = NamespaceSpec.Host } });
        var second = await EndedAsync("id -u", spec => spec with { Namespaces = new() { Net = NamespaceSpec.OfContainer(first.Name) } });
        Assert.Equal(NamespaceSpec.Host, second.Spec.Namespaces.User);
        Assert.Equal(["0"], await _engine.OutputAsync(second));
    }

    [Fact]
    public async Task Container_OwnerIsRemoved_ItsIdsAreNotGivenAgain()
    {
        var first = await LivingAsync("true");
        var second = await EndedAsync("true", spec => spec with { Namespaces = new() { Net = NamespaceSpec.OfContainer(first.Name) } });
        await _engine.Containers.RemoveAsync(first.Name, force: true);
        await Wait.Until(() => !Directory.Exists(_engine.Paths.Container(first.Id)), "it is gone");
        for (int i = 0; i < 40; i++)
        {
            Assert.NotEqual(second.Ids, (await _engine.CreateAsync("true")).Ids);
        }
        await Assert.ThrowsAsync<EngineException>(() => _engine.Containers.StartAsync(second.Name));
    }

    [Fact]
    public async Task Container_AnotherTookTheOwnersName_IsASentence()
    {
        var first = await LivingAsync("true");
        var second = await EndedAsync("true", spec => spec with { Namespaces = new() { Net = NamespaceSpec.OfContainer(first.Name) } });
        await _engine.Containers.RemoveAsync(first.Name, force: true);
        await LivingAsync("true", spec => spec with { Name = first.Name });
        var refused = await Assert.ThrowsAsync<EngineException>(() => _engine.Containers.StartAsync(second.Name));
        Assert.Contains("user ids", refused.Message);
    }

    [Fact]
    public async Task Create_TwoHundredAtOnce_NoIdIsTwoContainersAtAnyTime()
    {
        var alive = new ConcurrentDictionary<UserIds, string>();
        await Task.WhenAll(Enumerable.Range(0, 200).Select(async _ =>
        {
            for (int round = 0; round < 2; round++)
            {
                var container = await _engine.CreateAsync("true");
                Assert.True(alive.TryAdd(container.Ids!.Value, container.Name), $"{container.Ids} is also {alive.GetValueOrDefault(container.Ids.Value)}'s");
                alive.TryRemove(container.Ids.Value, out string? _);
                await _engine.Containers.RemoveAsync(container.Name);
            }
        }));
    }

    [Fact]
    public async Task TwoBrigs_OneMachine_HaveNoIdInCommon()
    {
        await using var other = await EngineScene.StartAsync();
        var here = new HashSet<UserIds?>();
        for (int i = 0; i < 20; i++)
        {
            Assert.True(here.Add((await _engine.CreateAsync("true")).Ids));
            Assert.True(here.Add((await other.CreateAsync("true")).Ids));
        }
        await other.EndAsync();
        for (int i = 0; i < 20; i++)
        {
            Assert.True(here.Add((await _engine.CreateAsync("true")).Ids), "a Brig that is away keeps what its containers have");
        }
    }

    private static Namespaces With(string kind, NamespaceSpec spec) => kind switch
    {
        "pid" => new() { Pid = spec },
        "net" => new() { Net = spec },
        "uts" => new() { Uts = spec },
        "ipc" => new() { Ipc = spec },
        "cgroup" => new() { Cgroup = spec },
        _ => new() { Time = spec },
    };

    private async Task<Container> LivingAsync(string script, Func<ContainerSpec, ContainerSpec>? spec = null)
    {
        var container = await _engine.RunAsync(script + "; echo done; sleep 1000", spec);
        await Wait.Until(async () => (await _engine.OutputAsync(container)).Contains("done"), "the script ends");
        return container;
    }

    private async Task<Container> EndedAsync(string script, Func<ContainerSpec, ContainerSpec>? spec = null)
    {
        var container = await _engine.RunAsync(script, spec);
        await _engine.Containers.WaitAsync(container.Name).WaitAsync(Wait.Limit);
        return container;
    }
}
