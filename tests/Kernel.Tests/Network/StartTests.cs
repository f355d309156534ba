using Brig.Engine;
using Brig.Engine.Containers;
using Brig.Kernel.Tests.Engine;
using Brig.Linux;
using Brig.Tests;

namespace Brig.Kernel.Tests.Network;

/// <summary>What a start does with interfaces, asserted from inside where that is possible.</summary>
public sealed class StartTests : IDisposable
{
    private const string Show = "ip -o addr show eth0; ip route; ip -6 route show default; cat /etc/hosts /etc/resolv.conf; cat /sys/class/net/eth0/address; cat /proc/sys/net/ipv6/conf/eth0/accept_ra /proc/sys/net/ipv6/conf/eth0/autoconf; readlink /proc/self/ns/net";

    private readonly TestNetwork _network = new();

    public void Dispose() => _network.Dispose();

    private static ContainerSpec HostUsers(ContainerSpec spec) => spec with { Namespaces = spec.Namespaces with { User = NamespaceSpec.Host } };

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Start_OwnAndHostUsers_InterfaceIsThereBeforeTheProgram(bool host)
    {
        await using var scene = await _network.StartAsync();
        var container = await scene.RunAsync(Show, spec => host ? HostUsers(spec) : spec);
        await scene.Containers.WaitAsync(container.Id.Value);
        string said = string.Join('\n', await scene.OutputAsync(container));

        Assert.Contains($"inet {_network.Four(container.Id)}/16", said, StringComparison.Ordinal);
        Assert.Contains($"inet6 {_network.Six(container.Id)}/64", said, StringComparison.Ordinal);
        Assert.DoesNotContain("scope global tentative", said, StringComparison.Ordinal);
        Assert.Contains("default via 10.203.77.1 dev eth0", said, StringComparison.Ordinal);
        Assert.Contains("default via fd00:203::1 dev eth0", said, StringComparison.Ordinal);
        Assert.Contains($"{_network.Four(container.Id)}\t{container.Name}", said, StringComparison.Ordinal);
        Assert.Contains("nameserver 127.0.0.11\noptions ndots:0", said, StringComparison.Ordinal);
        Assert.Contains($"02:42:0a:cb:4d:{_network.Four(container.Id).GetAddressBytes()[3]:x2}\n0\n0\nnet:[", said, StringComparison.Ordinal);
        var birth = await scene.Containers.BirthAsync(container.Id.Value);
        Assert.Contains(birth!.Steps, step => step is { Call: "RTM_NEWLINK", Shell: not null } && step.Shell.StartsWith("ip link add bv", StringComparison.Ordinal));
        Assert.Contains(birth.Steps, step => step is { Call: "RTM_NEWADDR" });
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Restart_Pinned_KeepsNamespaceAddressAndWhatWasLeftThere(bool host)
    {
        await using var scene = await _network.StartAsync();
        var container = await scene.RunAsync(Show, spec => host ? HostUsers(spec) : spec);
        await scene.Containers.WaitAsync(container.Id.Value);
        string[] first = Same(await scene.OutputAsync(container));
        int index = Outer(container).Index;
        await scene.Containers.StartAsync(container.Id.Value);
        await scene.Containers.WaitAsync(container.Id.Value);
        string[] both = Same(await scene.OutputAsync(container));

        Assert.Equal([.. first, .. first], both);
        var steps = (await scene.Containers.BirthAsync(container.Id.Value)).Steps.Where(step => step.Call.StartsWith("RTM_", StringComparison.Ordinal) || step.Call is "setns" or "unshare" or "mount");
        Assert.True(index == Outer(container).Index, string.Join('\n', steps.Select(step => $"{step.Call} {step.Arguments}: {step.Result}")));

        // The kernel adds a link-local address itself, when it has told the carrier to itself: under load that is up to a second after the program's begin.
        static string[] Same(IEnumerable<string> lines) => [.. lines.Select(line => line.Trim()).Where(line => !line.Contains("inet6 fe80:", StringComparison.Ordinal))];
    }

    [Fact]
    public async Task Restart_RootInsideChangedItsInterface_IsAsPlannedAgain()
    {
        await using var scene = await _network.StartAsync();
        var container = await scene.RunAsync("ip addr show eth0 | grep 'inet '; ip addr flush dev eth0; ip link set eth0 down; ip link set eth0 name mine; echo done", Admin);
        await scene.Containers.WaitAsync(container.Id.Value);
        await scene.Containers.StartAsync(container.Id.Value);
        await scene.Containers.WaitAsync(container.Id.Value);
        string[] lines = [.. (await scene.OutputAsync(container)).Select(line => line.Trim())];

        Assert.Equal(4, lines.Length);
        Assert.Equal(lines[..2], lines[2..]);
        Assert.Single(_network.Outer(container.Id));
    }

    [Fact]
    public async Task TwoContainers_SameBridge_TalkByTcpAndPing()
    {
        await using var scene = await _network.StartAsync();
        var server = await scene.RunAsync("echo hello | nc -l -p 4711; echo served; sleep 1000");
        var (four, six) = (_network.Four(server.Id), _network.Six(server.Id));
        var client = await scene.RunAsync(
            $"until nc {four} 4711 </dev/null; do :; done; ping -c 1 -W 60 {four} | grep -c ' 0% packet'; ping -6 -c 1 -W 60 {six} | grep -c ' 0% packet'; ping -c 1 -W 1 10.203.77.200 | grep -c 'bytes from'",
            spec => spec with { CapAdd = ["NET_RAW"] });
        await scene.Containers.WaitAsync(client.Id.Value);

        Assert.Equal(["hello", "1", "1", "0"], await scene.OutputAsync(client));
    }

    [Fact]
    public async Task Start_AttachingFails_FailsWithItsSentenceAndLeavesNothing()
    {
        await using var scene = await _network.StartAsync();
        _network.Refusal = "Port 80 is taken by somebody else.";
        var container = await scene.CreateAsync("echo ran");
        var refused = await Assert.ThrowsAsync<EngineException>(() => scene.Containers.StartAsync(container.Id.Value));

        Assert.Equal((EngineErrorKind.Conflict, "Port 80 is taken by somebody else."), (refused.Kind, refused.Message));
        await GoneAsync(container);
        Assert.False(Directory.Exists($"{scene.Paths.Pins}/{container.Id}"));
        Assert.Empty(await scene.OutputAsync(container));
        await Wait.Until(() => _network.Calls.Last() == $"ended {container.Name} False", () => "the network is told last: " + string.Join(", ", _network.Calls));

        _network.Refusal = null;
        await scene.Containers.StartAsync(container.Id.Value);
        await scene.Containers.WaitAsync(container.Id.Value);
        Assert.Equal(["ran"], await scene.OutputAsync(container));
    }

    [Fact]
    public async Task Start_ProgramIsMissing_FailsAndLeavesNoInterface()
    {
        await using var scene = await _network.StartAsync();
        var container = await scene.CreateAsync("", spec => spec with { Command = ["nothing-of-that-name"] });
        var refused = await Assert.ThrowsAsync<EngineException>(() => scene.Containers.StartAsync(container.Id.Value));

        Assert.StartsWith("Command not found: nothing-of-that-name", refused.Message, StringComparison.Ordinal);
        await GoneAsync(container);
        Assert.False(Directory.Exists($"{scene.Paths.Pins}/{container.Id}"));
    }

    [Fact]
    public async Task Remove_Stopped_LinkAndPinAreGone()
    {
        await using var scene = await _network.StartAsync();
        var container = await scene.RunAsync("sleep 1000");
        Assert.Single(_network.Outer(container.Id));
        Assert.Equal(["net", "user"], Directory.GetFiles($"{scene.Paths.Pins}/{container.Id}").Select(Path.GetFileName).Order());

        await scene.Containers.RemoveAsync(container.Id.Value, force: true);
        await Wait.Until(() => scene.Traces(container.Id).Length == 0 && !Directory.Exists($"{scene.Paths.Pins}/{container.Id}"), "nothing is left");
        await GoneAsync(container);
        await Wait.Until(() => _network.Calls.Last() == $"release {container.Name}", () => "the network is told last: " + string.Join(", ", _network.Calls));
    }

    [Fact]
    public async Task Start_WithoutInterfaces_IsNotPinned()
    {
        _network.Nothing = true;
        await using var scene = await _network.StartAsync();
        var container = await scene.RunAsync("ip -o link | wc -l");
        await scene.Containers.WaitAsync(container.Id.Value);

        Assert.Equal(["1"], await scene.OutputAsync(container));
        Assert.False(Directory.Exists(scene.Paths.Pins));
    }

    /// <summary>The kernel takes interfaces away some time after their namespace.</summary>
    private Task GoneAsync(Container container) => Wait.Until(() => _network.Outer(container.Id).Length == 0, "its interfaces are gone");

    private static ContainerSpec Admin(ContainerSpec spec) => spec with { CapAdd = ["NET_ADMIN"] };

    private Brig.Linux.Net.NetLink Outer(Container container)
    {
        using var net = Brig.Linux.Net.RtNetlink.Open();
        return net.Find(Assert.Single(_network.Outer(container.Id))) ?? throw new LinuxException("RTM_GETLINK", container.Name, Errno.ENODEV);
    }
}
