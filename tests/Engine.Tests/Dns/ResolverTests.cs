using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using Brig.Engine.Networks.Dns;
using Brig.Linux.Net;
using Brig.Tests;

namespace Brig.Engine.Tests.Dns;

/// <summary>Inside real network namespaces.</summary>
public sealed class ResolverTests : IDisposable
{
    private readonly Resolver _resolver = new(TimeProvider.System);
    private readonly NetNamespace _inside = Make();

    public void Dispose()
    {
        _resolver.Dispose();
        _inside.Dispose();
    }

    [Fact]
    public async Task Attach_AskedOnPort53_AnswersWhatTheContainerMayKnow()
    {
        _resolver.Publish("n1", "front", isInternal: false, [Scene.Endpoint("10.1.0.2", "web")]);
        _resolver.Publish("n2", "back", isInternal: false, [Scene.Endpoint("10.2.0.2", "db")]);
        _resolver.Attach("c1", _inside, new(["n1"], []));
        Assert.Equal("10.1.0.2", await AskAsync("web"));

        _resolver.Change("c1", new(["n2"], []));
        Assert.Equal("10.2.0.2", await AskAsync("db"));

        _resolver.Publish("n2", "back", isInternal: false, [Scene.Endpoint("10.2.0.7", "renamed")]);
        Assert.Equal("10.2.0.7", await AskAsync("renamed"));
    }

    /// <summary>The engine that listened before was killed: its sockets are gone, its rules are there.</summary>
    [Fact]
    public async Task Attach_AgainByAnotherEngine_AnswersAgain()
    {
        using (Resolver killed = new(TimeProvider.System))
        {
            killed.Attach("c1", _inside, new([], []));
        }
        _resolver.Publish("n1", "front", isInternal: false, [Scene.Endpoint("10.1.0.2", "web")]);
        _resolver.Attach("c1", _inside, new(["n1"], []));
        Assert.Equal("10.1.0.2", await AskAsync("web"));
        _resolver.Attach("c1", _inside, new(["n1"], []));
        Assert.Equal("10.1.0.2", await AskAsync("web"));
    }

    [Fact]
    public void Attach_ManyContainers_IsQuick()
    {
        _resolver.Attach("warm", _inside, new([], []));
        NetNamespace[] all = [.. Enumerable.Range(0, 20).Select(_ => Make())];
        TimeSpan[] each = [.. all.Select((inside, i) =>
        {
            long begin = Stopwatch.GetTimestamp();
            _resolver.Attach($"c{i}", inside, new([], []));
            return Stopwatch.GetElapsedTime(begin);
        }).Order()];
        foreach (var inside in all)
        {
            inside.Dispose();
        }
        // The quickest, which takes 2 ms: what else the machine does can only make one slower. Whatever waits for a time-out takes longer than this.
        Assert.InRange(each[0], TimeSpan.Zero, Wait.Scale(TimeSpan.FromMilliseconds(500)));
    }

    private async Task<string> AskAsync(string name)
    {
        using var client = _inside.MakeSocket(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp);
        await client.ConnectAsync(IResolver.Address, 53);
        await client.SendAsync(Message.Query(name, DnsType.A));
        byte[] answer = new byte[512];
        return string.Join(' ', new Message(answer[..await client.ReceiveAsync(answer).WaitAsync(Wait.Limit)]).Addresses().AsEnumerable());
    }

    private static NetNamespace Make()
    {
        var made = NetNamespace.Make();
        using var links = RtNetlink.Open(made);
        links.Send(NetRequests.SetUp(new LinkRef(1, "lo")));
        return made;
    }
}
