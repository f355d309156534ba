using Brig.Engine;
using Brig.Engine.Containers;
using Brig.Engine.Pods;
using Brig.Kernel.Tests.Networks;
using Brig.Tests;

namespace Brig.Kernel.Tests.Pods;

public class PodNetworkTests
{
    [Fact]
    public async Task Start_NetworkCannotBeHad_FailsAndLeavesNothing()
    {
        await using var scene = await NetworkScene.StartAsync();
        var pods = scene.Engine.Get<IPods>();
        using var taken = scene.Host.Machine.MakeSocket(System.Net.Sockets.AddressFamily.InterNetwork, System.Net.Sockets.SocketType.Stream, System.Net.Sockets.ProtocolType.Tcp);
        taken.Bind(new System.Net.IPEndPoint(System.Net.IPAddress.Any, 8091));
        taken.Listen();
        var pod = await pods.CreateAsync(new() { Name = "shop", Ports = [new(80) { HostPort = 8091 }] });
        var error = await Assert.ThrowsAsync<EngineException>(() => pods.StartAsync("shop"));

        Assert.Contains("8091", error.Message, StringComparison.Ordinal);
        Assert.Equal((PodStatus.Created, error.Message), (pods.Get("shop").Status, pods.Get("shop").Error));
        Assert.False(Directory.Exists($"{scene.Engine.Paths.Shared}/{pod.Id}"));
    }

    [Fact]
    public async Task Pod_OnANetwork_AddressPortAndNameserversAreItsMembers()
    {
        await using var scene = await NetworkScene.StartAsync();
        var pods = scene.Engine.Get<IPods>();
        await pods.CreateAsync(new() { Name = "shop", Ports = [new(80) { HostPort = 8090 }] });
        var serves = await scene.Engine.CreateAsync("exec nc -ll -p 80 -e echo served", spec => spec with { Name = "serves", Pod = "shop", StopGrace = TimeSpan.Zero });
        var other = await scene.Engine.CreateAsync("sleep 1000", spec => spec with { Name = "other", Pod = "shop", StopGrace = TimeSpan.Zero });
        var stranger = await scene.ServeAsync("stranger");
        var pod = await pods.StartAsync("shop");
        string address = NetworkScene.Address(scene.Containers.Get(pod.Id.Value));

        await Wait.Until(async () => await scene.AskAsync(other, "127.0.0.1") == "served", "one member reaches the other");
        Assert.Equal("served", await scene.AskAsync(stranger, address));
        Assert.Equal("served", await HostNamespace.AskAsync(scene.Host.Machine, "127.0.0.1", 8090));
        Assert.Equal("stranger", await scene.AskAsync(other, NetworkScene.Address(stranger)));
        foreach (string name in (string[])["shop", "serves", "other", "serves.default", serves.Id.Short])
        {
            Assert.Equal((name, "served"), (name, await scene.AskAsync(stranger, name)));
            Assert.Equal((name, "served"), (name, await scene.AskAsync(other, name)));
        }
        await scene.Containers.RenameAsync("serves", "served");
        await Wait.Until(async () => await scene.TryRun(stranger, "nslookup serves") is null && await scene.AskAsync(stranger, "served") == "served", "it is found by its new name alone");
        await scene.Containers.RenameAsync("served", "serves");
        Assert.Contains(address + "\t", await scene.TryRun(other, "cat /etc/hosts"), StringComparison.Ordinal);
        Assert.Equal(await scene.TryRun(serves, "cat /etc/hosts /etc/resolv.conf /etc/hostname"), await scene.TryRun(other, "cat /etc/hosts /etc/resolv.conf /etc/hostname"));
        await scene.Containers.StopAsync("serves");
        await Wait.Until(async () => await scene.TryRun(stranger, "nslookup serves") is null, "one that does not run is not found");
        await scene.Containers.StartAsync("serves");
        await Wait.Until(async () => await HostNamespace.AskAsync(scene.Host.Machine, "127.0.0.1", 8090) == "served", "the port leads to it after a restart");
        await pods.RestartAsync("shop");
        await Wait.Until(async () => await HostNamespace.AskAsync(scene.Host.Machine, "127.0.0.1", 8090) == "served", "and after one of the whole");
        Assert.Equal(address, NetworkScene.Address(scene.Containers.Get(pod.Id.Value)));
    }
}
