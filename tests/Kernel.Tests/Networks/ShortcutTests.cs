using System.Net;
using System.Net.Sockets;
using Brig.Engine.Containers;
using Brig.Engine.Networks;
using Brig.Linux.Net;
using Brig.Tests;
using Microsoft.Extensions.Logging.Abstractions;

namespace Brig.Kernel.Tests.Networks;

/// <summary>From one container to another past the bridge: what it saves, and when it must not be. Kernels before 6.6 have none, and all goes by the bridge.</summary>
public sealed class ShortcutTests
{
    private const int Much = 4 * 1024 * 1024;

    private static readonly bool s_possible = Environment.OSVersion.Version >= new Version(6, 6);
    private static readonly Endpoint s_somebody = new("net", ContainerId.New(), [], "172.31.0.2", null, "02:00:00:00:00:01", "eth0", true);

    [Theory]
    [InlineData(true, false)]
    [InlineData(true, true)]
    [InlineData(false, false)]
    public async Task Stream_BetweenTwoOfANetwork_PassesTheBridgeOnlyWithoutAShortcut(bool shortcuts, bool six)
    {
        await using var scene = await NetworkScene.StartAsync(options => options with { Shortcuts = shortcuts });
        await scene.Networks.CreateAsync(new() { Name = "both", EnableIpv6 = true });
        var one = await scene.ServeAsync("one", spec => spec with { Networks = [new("both")] });
        var two = await scene.ServeAsync("two", spec => spec with { Networks = [new("both")] });
        if (shortcuts)
        {
            await Taken(scene, one, two);
        }
        using var from = NetNamespace.OfProcess(one.State.Pid);
        using var to = NetNamespace.OfProcess(two.State.Pid);
        var family = six ? AddressFamily.InterNetworkV6 : AddressFamily.InterNetwork;
        var address = IPAddress.Parse(six ? two.Endpoints[0].Ipv6! : two.Endpoints[0].Ipv4!);
        long before = Passed(scene, two);

        using var listener = to.MakeSocket(family, SocketType.Stream, ProtocolType.Tcp);
        listener.Bind(new IPEndPoint(address, 9000));
        listener.Listen();
        using var sender = from.MakeSocket(family, SocketType.Stream, ProtocolType.Tcp);
        using var stop = new CancellationTokenSource(TimeSpan.FromSeconds(60));
        var accepting = listener.AcceptAsync(stop.Token);
        await sender.ConnectAsync(new IPEndPoint(address, 9000), stop.Token);
        using var receiver = await accepting;
        await Task.WhenAll(SendAsync(sender, stop.Token), ReceiveAsync(receiver, stop.Token));

        if (shortcuts && s_possible)
        {
            Assert.InRange(Passed(scene, two) - before, 0, Much / 8);
        }
        else
        {
            Assert.InRange(Passed(scene, two) - before, Much, long.MaxValue);
        }
        Assert.InRange((await scene.Networks.InspectAsync("both", stop.Token)).Traffic.Single(traffic => traffic.Container == two.Id).ReceivedBytes, Much, long.MaxValue);
    }

    [Fact]
    public async Task Ended_NobodyAnswersFromItsAddress_AndAgainAfterItsStart()
    {
        await using var scene = await NetworkScene.StartAsync();
        var one = await scene.ServeAsync("one");
        var two = await scene.ServeAsync("two");
        await Taken(scene, one, two);
        using var from = NetNamespace.OfProcess(one.State.Pid);
        Assert.Equal("two", await HostNamespace.AskAsync(from, NetworkScene.Address(two), 80));
        var shortcuts = scene.Engine.Get<Shortcuts>();

        await scene.Containers.StopAsync("two", TimeSpan.Zero);
        Assert.False(shortcuts.Has(two.Endpoints[0]));
        using (var quick = from.MakeSocket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp))
        {
            // A namespace that answers says "refused" at once; of one that is silent nothing is heard, or, on a machine that was busy for seconds, that nobody has the address.
            using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(1));
            var silence = await Record.ExceptionAsync(async () => await quick.ConnectAsync(new IPEndPoint(IPAddress.Parse(NetworkScene.Address(two)), 80), patience.Token));
            Assert.True(silence is OperationCanceledException or SocketException { SocketErrorCode: SocketError.HostUnreachable }, silence?.ToString());
        }

        await scene.Containers.StartAsync("two");
        await Taken(scene, one, two);
        await Wait.Until(async () => await HostNamespace.AskAsync(from, NetworkScene.Address(two), 80) == "two", "it answers again");
    }

    [Fact]
    public async Task Disconnected_NoShortcutIsLeft()
    {
        await using var scene = await NetworkScene.StartAsync();
        await scene.Networks.CreateAsync(new() { Name = "other" });
        var one = await scene.ServeAsync("one");
        var now = await scene.Networks.ConnectAsync("one", new("other"));
        var place = now.Endpoints[1];
        await Wait.Until(() => !s_possible || scene.Engine.Get<Shortcuts>().Has(place), "it has a shortcut there too");
        await scene.Networks.DisconnectAsync("one", "other");
        Assert.False(scene.Engine.Get<Shortcuts>().Has(place));
        Assert.Equal(s_possible, scene.Engine.Get<Shortcuts>().Has(one.Endpoints[0]));
    }

    /// <summary>A container that ends and starts while its first is on its way; in each round the name is the same and the cable another.</summary>
    [Fact]
    public async Task Begin_AgainWhileTheFirstIsOnItsWay_IsNotLost()
    {
        using var machine = new HostNamespace();
        using var links = RtNetlink.Open(machine.Machine);
        using var host = new HostNetwork(new() { HostNetwork = machine.Path });
        using var chores = new LinkChores(TimeProvider.System, NullLogger.Instance, TimeSpan.Zero);
        using var shortcuts = new Shortcuts(host, new(), chores, NullLogger<Shortcuts>.Instance);
        string outer = ContainerNetwork.Outer(s_somebody);
        links.Send(NetRequests.AddBridge("br"));
        for (int i = 0; i < 10; i++)
        {
            links.Send(NetRequests.AddVeth(new(outer), new("in") { In = machine.Elsewhere }));
            var cable = links.Find(outer)!.Ref;
            links.Send(NetRequests.SetMaster(cable, links.Find("br")!.Ref));
            shortcuts.Begin(s_somebody, "br");
            shortcuts.End(s_somebody);
            shortcuts.Begin(s_somebody, "br");
            await Wait.Until(() => !s_possible || shortcuts.NumberOf(s_somebody) == cable.Index, "this cable has it");
            shortcuts.End(s_somebody);
            Assert.Equal(0, shortcuts.Count);
            links.Send(NetRequests.DeleteLink(cable));
        }
    }

    /// <summary>What nobody catches there would end the process.</summary>
    [Fact]
    public async Task Begin_TheMachinesNetworkIsClosed_IsForgotten()
    {
        using var machine = new HostNamespace();
        using var host = new HostNetwork(new() { HostNetwork = machine.Path });
        using var chores = new LinkChores(TimeProvider.System, NullLogger.Instance, TimeSpan.Zero);
        using var shortcuts = new Shortcuts(host, new(), chores, NullLogger<Shortcuts>.Instance);
        Assert.Null(host.Links.Find("nobody"));
        host.Dispose();
        shortcuts.Begin(s_somebody, "br");
        await Wait.Until(() => shortcuts.Count == 0, "it is forgotten");
        shortcuts.Dispose();
        shortcuts.Begin(s_somebody, "br");
        Assert.Equal(0, shortcuts.Count);
    }

    /// <summary>Waits until all of them have theirs.</summary>
    internal static Task Taken(NetworkScene scene, params Container[] containers) =>
        Wait.Until(() => !s_possible || containers.All(container => scene.Engine.Get<Shortcuts>().Has(container.Endpoints[0])), "the shortcuts are there");

    /// <summary>Bytes that the bridge has put into the cable of a container.</summary>
    private static long Passed(NetworkScene scene, Container container) => scene.Host.Machine.Run(() => File.ReadAllLines("/proc/thread-self/net/dev"))
        .Select(line => line.Split([':', ' '], StringSplitOptions.RemoveEmptyEntries)).Where(fields => fields[0] == LinkPlan.OuterName(container.Id, "eth0"))
        .Select(fields => long.Parse(fields[9], System.Globalization.CultureInfo.InvariantCulture)).Single();

    private static async Task SendAsync(Socket to, CancellationToken stop)
    {
        byte[] piece = new byte[64 * 1024];
        for (int sent = 0; sent < Much;)
        {
            sent += await to.SendAsync(piece.AsMemory(0, Math.Min(piece.Length, Much - sent)), stop);
        }
        to.Shutdown(SocketShutdown.Send);
    }

    private static async Task ReceiveAsync(Socket from, CancellationToken stop)
    {
        byte[] piece = new byte[64 * 1024];
        int received = 0;
        while (await from.ReceiveAsync(piece.AsMemory(), stop) is var got and > 0)
        {
            received += got;
        }
        Assert.Equal(Much, received);
    }
}
