using System.Net;
using Brig.Engine.Containers;
using Brig.Kernel.Tests.Engine;
using Brig.Linux.Net;
using Brig.Tests;

namespace Brig.Kernel.Tests.Network;

/// <summary>The namespace that outlives its container's process, and what becomes of it with engine, container and neighbours.</summary>
public sealed class PinnedTests : IDisposable
{
    /// <summary>Answers each connection with the number of its network namespace.</summary>
    private const string Server = "while :; do readlink /proc/self/ns/net | nc -l -p 4711; done";

    private readonly TestNetwork _network = new();

    public void Dispose() => _network.Dispose();

    [Fact]
    public async Task EngineIsReplaced_ContainerRuns_StaysConnectedAndCanBeRestarted()
    {
        await using var scene = await _network.StartAsync();
        var server = await scene.RunAsync(Server);
        string before = await AskAsync(scene, _network.Four(server.Id));
        await scene.EndAsync();
        await scene.BeginAsync();
        string adopted = await AskAsync(scene, _network.Four(server.Id));
        await scene.Containers.RestartAsync(server.Id.Value, TimeSpan.Zero);
        string restarted = await AskAsync(scene, _network.Four(server.Id));

        Assert.StartsWith("net:[", before, StringComparison.Ordinal);
        Assert.Equal((before, before), (adopted, restarted));
        Assert.Contains($"adopted {server.Name} True", _network.Calls);
    }

    [Fact]
    public async Task EngineIsReplaced_PinsOfNobody_AreLetGo()
    {
        await using var scene = await _network.StartAsync();
        var kept = await scene.RunAsync("sleep 1000");
        using (var stranger = NetNamespace.Make())
        {
            scene.Get<Pins>().Pin("nobody", stranger);
        }
        Assert.Contains(scene.Mounts(), mount => mount.Contains("/ns/nobody/net", StringComparison.Ordinal));
        await scene.EndAsync();
        await scene.BeginAsync();

        Assert.DoesNotContain(scene.Mounts(), mount => mount.Contains("/ns/nobody/", StringComparison.Ordinal));
        Assert.Contains(scene.Mounts(), mount => mount.Contains($"/ns/{kept.Id}/net", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Stop_Neighbour_HearsNothingFromItAnyMoreUntilItsNextStart()
    {
        await using var scene = await _network.StartAsync();
        var server = await scene.RunAsync("sleep 1000");
        var four = _network.Four(server.Id);
        var client = await scene.RunAsync($"ping -c 1 -W 60 {four}; echo first $?; while [ ! -e /go ]; do sleep 0.05; done; ping -c 1 -W 1 {four}; echo second $?", Raw);
        await SaysAsync(scene, client, "first 0");
        await scene.Containers.StopAsync(server.Id.Value, TimeSpan.Zero);
        await Wait.Until(() => _network.Calls.Contains($"ended {server.Name} False"), "the networks were told");
        await scene.Containers.ExecAsync(client.Id.Value, new() { Command = ["touch", "/go"] });
        await SaysAsync(scene, client, "second 1");

        await scene.Containers.StartAsync(server.Id.Value);
        var again = await scene.RunAsync($"ping -c 1 -W 60 {four}; echo third $?", Raw);
        await SaysAsync(scene, again, "third 0");
    }

    [Fact]
    public async Task Restart_ByPolicy_IsToldAsOne()
    {
        await using var scene = await _network.StartAsync();
        var container = await scene.RunAsync("exit 3", spec => spec with { Restart = new(RestartMode.OnFailure, 1) });
        await scene.UntilAsync(container, now => now.State is { Status: ContainerStatus.Exited, RestartCount: 1 }, "it was restarted once");
        await Wait.Until(() => _network.Calls.Count(call => call.StartsWith("ended", StringComparison.Ordinal)) == 2, "both ends were told");

        Assert.Equal([$"ended {container.Name} True", $"ended {container.Name} False"], _network.Calls.Where(call => call.StartsWith("ended", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task Shared_OwnerRestarts_StillTheSameNetwork()
    {
        await using var scene = await _network.StartAsync();
        var owner = await scene.RunAsync("readlink /proc/self/ns/net; sleep 1000");
        var guest = await scene.RunAsync("readlink /proc/self/ns/net; sleep 1000", spec => spec with { Namespaces = spec.Namespaces with { Net = NamespaceSpec.OfContainer(owner.Name) } });
        await scene.Containers.RestartAsync(owner.Id.Value, TimeSpan.Zero);
        await Wait.Until(async () => (await scene.OutputAsync(owner)).Length == 2 && (await scene.OutputAsync(guest)).Length == 1, "they spoke");
        string[] said = await scene.OutputAsync(owner);

        Assert.Equal([said[0], (await scene.OutputAsync(guest))[0]], [said[1], said[1]]);
    }

    [Fact]
    public async Task Attach_RunningContainerThatHadNothing_HasItLiveAndAfterItsRestart()
    {
        _network.Nothing = true;
        await using var scene = await _network.StartAsync();
        var container = await scene.RunAsync("while ! ip addr show eth1 2>/dev/null | grep 'inet '; do sleep 0.05; done; while ip link show eth1 >/dev/null 2>&1; do sleep 0.05; done; echo gone; sleep 1000");
        var entry = scene.Get<ContainerTable>().Find(container.Id.Value);
        var links = scene.Get<ContainerLinks>();
        using (await entry.Lock.TakeAsync())
        {
            using var inside = scene.Get<StartNetwork>().Open(entry)!;
            links.Attach(container.Id, _network.Link(container.Id, "eth1"), inside, new(TimeProvider.System));
        }
        Assert.Equal(["bv" + container.Id.Value[..11] + "1"], _network.Outer(container.Id));
        await Wait.Until(async () => (await scene.OutputAsync(container)).Length == 1, "it has it");
        links.Detach(container.Id, "eth1");
        links.Detach(container.Id, "eth1");
        await SaysAsync(scene, container, "gone");

        Assert.Empty(_network.Outer(container.Id));
        Assert.True(File.Exists($"{scene.Paths.Pins}/{container.Id}/net"));
    }

    [Fact]
    public async Task ManyStartsAndRemoves_LeaveNothing()
    {
        await using var scene = await _network.StartAsync();
        await Parallel.ForEachAsync(Enumerable.Range(0, 100), new ParallelOptions { MaxDegreeOfParallelism = 8 }, async (_, stop) =>
        {
            var container = await scene.RunAsync("[ -e /sys/class/net/eth0 ]");
            Assert.Equal(0, (await scene.Containers.WaitAsync(container.Id.Value, stop)).Code);
            await scene.Containers.RemoveAsync(container.Id.Value, stop: stop);
        });
        await Wait.Until(() => _network.Ports() == 0 && Directory.GetDirectories(scene.Paths.Pins).Length == 0, "every interface and pin is gone");

        Assert.DoesNotContain(scene.Mounts(), mount => mount.Contains("/net ", StringComparison.Ordinal));
        await scene.EndAsync();
        Assert.Empty(scene.Mounts());
    }

    private static ContainerSpec Raw(ContainerSpec spec) => spec with { CapAdd = ["NET_RAW"] };

    private static Task SaysAsync(EngineScene scene, Container container, string line) =>
        Wait.Until(async () => (await scene.OutputAsync(container)).Contains(line), $"{container.Name} says \"{line}\"");

    /// <summary>What the server says to a container of its own.</summary>
    private static async Task<string> AskAsync(EngineScene scene, IPAddress server)
    {
        var client = await scene.RunAsync($"until nc {server} 4711 </dev/null; do :; done");
        await scene.Containers.WaitAsync(client.Id.Value).WaitAsync(Wait.Limit);
        return (await scene.OutputAsync(client))[0];
    }
}
