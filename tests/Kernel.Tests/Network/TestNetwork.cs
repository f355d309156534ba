using System.Collections.Concurrent;
using System.Net;
using System.Security.Cryptography;
using Brig.Engine;
using Brig.Engine.Containers;
using Brig.Kernel.Tests.Engine;
using Brig.Linux;
using Brig.Linux.Net;
using Microsoft.Extensions.DependencyInjection;

namespace Brig.Kernel.Tests.Network;

/// <summary>One bridge without an address of the machine's, and addresses by order of asking: just enough to see what a start makes of it. It outlives its engines, as networks do.</summary>
internal sealed class TestNetwork : IContainerNetwork, IDisposable
{
    private readonly RtNetlink _net = RtNetlink.Open();
    private readonly ConcurrentDictionary<ContainerId, int> _numbers = new();
    private int _last = 1;

    public TestNetwork()
    {
        _net.Send(NetRequests.AddBridge(Bridge));
        _net.Send(NetRequests.NoLinkLocal(new(0, Bridge)), NetRequests.SetUp(new(0, Bridge)));
    }

    public string Bridge { get; } = "brt" + RandomNumberGenerator.GetHexString(8, lowercase: true);

    public ConcurrentQueue<string> Calls { get; } = new();

    /// <summary>Gives them no interface.</summary>
    public bool Nothing { get; set; }

    /// <summary>Why the next attaching fails.</summary>
    public string? Refusal { get; set; }

    public IPAddress Four(ContainerId id) => IPAddress.Parse($"10.203.{77 + _numbers[id] / 250}.{_numbers[id] % 250}");
    public IPAddress Six(ContainerId id) => IPAddress.Parse($"fd00:203::{_numbers[id]:x}");

    /// <summary>An engine over it.</summary>
    public EngineScene Scene() => new() { Services = services => services.AddSingleton<IContainerNetwork>(this) };

    public async Task<EngineScene> StartAsync()
    {
        var scene = Scene();
        await scene.BeginAsync();
        return scene;
    }

    /// <summary>Interfaces of the machine that belong to a container.</summary>
    public string[] Outer(ContainerId id) => [.. _net.Links().Select(link => link.Name).Where(name => name.StartsWith("bv" + id.Value[..11], StringComparison.Ordinal))];

    public int Ports() => _net.Find(Bridge) is { } bridge ? _net.Links().Count(link => link.Master == bridge.Index) : 0;

    public LinkPlan Link(ContainerId id, string name = "eth0") => new(name, _net.Find(Bridge)!.Ref, MacAddress.Of(Four(id)))
    {
        Addresses = [new(Four(id), 16), new(Six(id), 64)],
        Gateways = name == "eth0" ? [IPAddress.Parse("10.203.77.1"), IPAddress.Parse("fd00:203::1")] : [],
    };

    public ValueTask<NetworkSetup> PrepareAsync(Container container, BirthRecorder birth)
    {
        Calls.Enqueue("prepare " + container.Name);
        _numbers.GetOrAdd(container.Id, _ => Interlocked.Increment(ref _last));
        return new(Nothing ? NetworkSetup.None : new NetworkSetup
        {
            Links = [Link(container.Id)],
            Hosts = [new(Four(container.Id), [container.Name])],
            Resolver = new([IPAddress.Parse("127.0.0.11")]) { Options = ["ndots:0"] },
        });
    }

    public ValueTask AttachAsync(Container container, NetworkSetup setup, NetNamespace inside, BirthRecorder birth)
    {
        Calls.Enqueue("attached " + container.Name);
        return Refusal is { } why ? throw EngineException.Conflict(why) : default;
    }

    public ValueTask AdoptedAsync(Container container, NetNamespace? inside)
    {
        Calls.Enqueue($"adopted {container.Name} {inside is not null}");
        return default;
    }

    public ValueTask EndedAsync(Container container, bool again)
    {
        Calls.Enqueue($"ended {container.Name} {again}");
        return default;
    }

    public ValueTask ReleaseAsync(Container container)
    {
        Calls.Enqueue("release " + container.Name);
        return default;
    }

    public void Dispose()
    {
        _net.Send(NetRequests.DeleteLink(new(0, Bridge)).Tolerating(Errno.ENODEV));
        _net.Dispose();
    }
}
