using System.Collections.Immutable;
using System.Reflection;
using Brig.Engine.Containers;
using Brig.Engine.Health;
using Brig.Engine.Networks;

namespace Brig.Engine.Tests.Stacks;

/// <summary>
/// Containers and networks in memory, with the rules that updates meet: a name, a port and an address are one's alone, who has ports stays on his network. What runs the image <c>web:bad</c> ends at once, of <c>web:half</c> only the second.
/// It outlives the engines that work on it, and can end one at any of its verbs.
/// </summary>
internal sealed class UpdateMachine : IHealth
{
    private readonly Dictionary<string, Container> _containers = [];
    private int _left = int.MaxValue;

    public IContainers Containers => Proxy<IContainers>();
    public INetworks Networks => Proxy<INetworks>();

    /// <summary>Before each verb that changes something: its name and the container's.</summary>
    public Func<string, string, CancellationToken, Task>? Before { get; set; }

    /// <summary>The engine of now is killed before its n-th verb; 0: never.</summary>
    public void KillAt(int n) => _left = n == 0 ? int.MaxValue : n;

    public bool IsKilled => _left <= 0;

    public ImmutableArray<Container> All => [.. _containers.Values.OrderBy(container => container.Name, StringComparer.Ordinal)];

    public void Remove(string name) => _containers.Remove(Find(name).Id.Value);

    public HealthReport Get(string container) => new(null, null, null, []);

    public Task<ProbeResult> RunNowAsync(string container, CancellationToken stop = default) => throw new NotSupportedException();

    public Task WaitForAsync(string container, WaitCondition condition, CancellationToken stop = default) => throw new NotSupportedException();

    private object? Invoke(string verb, object?[] args) => verb switch
    {
        "List" => All,
        "Get" when args[0] is "net" => new Network("net", "net", new(), new("br-1", null, null, 1500), new(true), [.. All.SelectMany(container => container.Endpoints)], DateTimeOffset.UnixEpoch, 1),
        "Get" => Find((string)args[0]!),
        "CreateAsync" => CreateAsync((ContainerSpec)args[0]!),
        "RemoveAsync" => RemoveAsync((string)args[0]!),
        "HandOverPortsAsync" => HandOverAsync((string)args[0]!, (string)args[1]!, (ImmutableArray<PortSpec>)args[2]!),
        "StartAsync" => ChangeAsync(verb, args, container => container.State.Status == ContainerStatus.Running ? throw new EngineException(EngineErrorKind.NotModified, "It runs.") : Started(container)),
        "StopAsync" => ChangeAsync(verb, args, container => container.State.Status != ContainerStatus.Running
            ? throw new EngineException(EngineErrorKind.NotModified, "It does not run.") : container with { State = new(ContainerStatus.Exited, Exit: new(0, 15, false)) }),
        "RenameAsync" => ChangeAsync(verb, args, container => container with { Name = Free((string)args[1]!, container) }),
        "ChangePortsAsync" => ChangeAsync(verb, args, container => With(container, container.Spec with { Ports = (ImmutableArray<PortSpec>)args[1]! })),
        "ChangeAliasesAsync" => ChangeAsync(verb, args, container => With(container, container.Spec with { Networks = [container.Spec.Networks!.Value[0] with { Aliases = (ImmutableArray<string>)args[2]! }] })),
        "ConnectAsync" => ChangeAsync(verb, args, container => With(container, container.Spec with { Networks = [(NetworkAttachment)args[1]!] })),
        "DisconnectAsync" => ChangeAsync(verb, args, container => container.Spec.Ports.IsEmpty ? With(container, container.Spec with { Networks = [] }) : throw EngineException.Conflict("It publishes ports.")),
        _ => throw new NotSupportedException(verb),
    };

    private async Task<Container> CreateAsync(ContainerSpec spec)
    {
        await CountAsync("CreateAsync", spec.Name!, default);
        var id = ContainerId.New();
        var container = new Container(id, spec.Name!, spec, new(ContainerStatus.Created), DateTimeOffset.UnixEpoch, "sha256:" + spec.Image, "", 1);
        Free(spec.Name!, container);
        return _containers[id.Value] = With(container, spec);
    }

    private async Task RemoveAsync(string id)
    {
        var container = Find(id);
        await CountAsync("RemoveAsync", container.Name, default);
        _containers.Remove(container.Id.Value);
    }

    /// <summary>Two rows, and an engine can be killed between the two.</summary>
    private async Task<Container> HandOverAsync(string from, string to, ImmutableArray<PortSpec> ports)
    {
        await CountAsync("HandOverPortsAsync", Find(from).Name, default);
        var (old, now) = (Find(from), Find(to));
        _containers[now.Id.Value] = now with { Spec = now.Spec with { Ports = ports } };
        await CountAsync("HandOverPortsAsync", old.Name, default);
        _containers[old.Id.Value] = old with { Spec = old.Spec with { Ports = [] } };
        return _containers[now.Id.Value];
    }

    private async Task<Container> ChangeAsync(string verb, object?[] args, Func<Container, Container> change)
    {
        var container = Find((string)args[0]!);
        await CountAsync(verb, container.Name, args[^1] is CancellationToken stop ? stop : default);
        return _containers[container.Id.Value] = change(Find(container.Id.Value));
    }

    private async Task CountAsync(string verb, string name, CancellationToken stop)
    {
        if (--_left <= 0)
        {
            throw new InvalidOperationException("the engine was killed");
        }
        await (Before?.Invoke(verb, name, stop) ?? Task.CompletedTask);
    }

    private Container Started(Container container)
    {
        var busy = All.FirstOrDefault(other => other.Id != container.Id && other.State.Status == ContainerStatus.Running && other.Spec.Ports.Any(port => container.Spec.Ports.Any(own => own.HostPort == port.HostPort)));
        return busy is not null ? throw EngineException.Conflict($"A port is in use by {busy.Name}.")
            : container with { State = container.Spec.Image == "web:bad" || (container.Spec.Image == "web:half" && container.Name.Contains("-2", StringComparison.Ordinal)) ? new(ContainerStatus.Exited, Exit: new(1, 0, false)) : new(ContainerStatus.Running) };
    }

    private Container With(Container container, ContainerSpec spec)
    {
        if (spec.Networks is [{ Ipv4: { } address }] && All.Any(other => other.Id != container.Id && other.Endpoints is [{ Ipv4: var theirs }] && theirs == address))
        {
            throw EngineException.Conflict($"The address {address} is taken.");
        }
        return container with { Spec = spec, Endpoints = [.. spec.Networks!.Value.Select(network => new Endpoint("net", container.Id, network.Aliases, network.Ipv4, null, "", "eth0", false))] };
    }

    private string Free(string name, Container container) =>
        All.Any(other => other.Id != container.Id && other.Name == name) ? throw EngineException.Conflict($"There is a container {name} already.") : name;

    private Container Find(string idOrName) => _containers.GetValueOrDefault(idOrName) ?? All.FirstOrDefault(container => container.Name == idOrName) ?? throw EngineException.NotFound($"There is no container {idOrName}.");

    private T Proxy<T>()
        where T : class
    {
        var proxy = DispatchProxy.Create<T, VerbProxy>();
        ((VerbProxy)(object)proxy).Do = Invoke;
        return proxy;
    }
}

/// <summary>Every verb of an interface as one function.</summary>
public class VerbProxy : DispatchProxy
{
    public Func<string, object?[], object?> Do { get; set; } = (verb, _) => throw new NotSupportedException(verb);

    protected override object? Invoke(MethodInfo? targetMethod, object?[]? args) => Do(targetMethod!.Name, args ?? []);
}
