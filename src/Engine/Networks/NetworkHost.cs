using Brig.Engine.Containers;
using Brig.Linux;
using Microsoft.Extensions.Logging;

namespace Brig.Engine.Networks;

/// <summary>
/// Brings together what is kept of networks and what is in the kernel:
/// <code>
/// 1. a row is a network; from here on changes of the rules are gathered and not written
/// 2. containers are loaded and adopted: who runs has its cables and ports
/// 3. who does not run but has cables still is among them; bridges of nobody go
/// 4. all rules are written in one transaction: a packet of a running container sees the old ones or the new ones, and both let it pass
/// </code>
/// After that it looks every few seconds whether somebody flushed our rules or set a firewall beside them.
/// </summary>
internal sealed partial class NetworkHost(
    NetworkTable table, NetworkRows rows, SubnetClaims claims, Wiring wiring, OwnPorts own, HostNetwork host, LinkChores chores, StaleFlows flows, ContainerTable containers, TimeProvider time, ILogger<NetworkHost> log) : IDisposable
{
    private static readonly TimeSpan Between = TimeSpan.FromSeconds(5);

    private readonly CancellationTokenSource _stop = new();
    private Task _watching = Task.CompletedTask;

    /// <summary>Before the containers.</summary>
    public void Open()
    {
        host.Prepare();
        foreach (var network in rows.All())
        {
            table.Add(network);
        }
        wiring.BeginFinding();
        own.OnChange(wiring.OwnPorts);
        wiring.OwnPorts();      // one may have been bound before
    }

    /// <summary>All that run are adopted, and nothing is started yet.</summary>
    public void Found()
    {
        Try(() =>
        {
            if (!table.List().IsEmpty)
            {
                claims.Write(table.List());   // the folder may be new, or an older engine's word
            }
        });
        Try(FindIdle);
        Try(() => flows.DeleteStrays(table.List()));
        Try(() => wiring.EndFinding(table.List()));     // whatever else went wrong: until then no rule is written
        _watching = Task.Run(WatchAsync);
    }

    /// <summary>Nothing of an engine without containers stays in the kernel.</summary>
    public async Task StopAsync()
    {
        await _stop.CancelAsync();
        await _watching;
        await chores.StopAsync();
        foreach (var network in wiring.Up())
        {
            try
            {
                wiring.Lower(network, unlessUsed: true);
            }
            catch (Exception e) when (e is EngineException or LinuxException)
            {
                NotAsKept(e.Message);
            }
        }
    }

    public void Dispose() => _stop.Dispose();

    /// <summary>Containers without networks work as well.</summary>
    private void Try(Action step)
    {
        try
        {
            step();
        }
        catch (Exception e) when (e is EngineException or LinuxException)
        {
            NotAsKept(e.Message);
        }
    }

    /// <summary>Who does not run may still have its cables, for its next start.</summary>
    private void FindIdle()
    {
        if (table.List().IsEmpty)
        {
            return;
        }
        var links = host.Links.Links().ToDictionary(link => link.Name);
        foreach (var network in table.List())
        {
            var plugged = network.Endpoints.Where(endpoint => !endpoint.Connected && links.TryGetValue(ContainerNetwork.Outer(endpoint), out var link)
                && links.TryGetValue(network.Plan.Bridge, out var bridge) && link.Master == bridge.Index).ToArray();
            if (plugged.Length > 0)
            {
                wiring.Raise(network);
                wiring.Change(new() { AddCables = [.. plugged.Select(endpoint => (ContainerNetwork.Outer(endpoint), endpoint))] });
            }
        }
        RemoveStrays(links.Values);
    }

    /// <summary>Cables of containers of ours that are not on that network any more: a disconnect that was killed in the middle. And of containers that are gone: an engine that was killed before it saw their cables go.</summary>
    private void RemoveStrays(IReadOnlyCollection<Brig.Linux.Net.NetLink> links)
    {
        var wanted = table.List().SelectMany(network => network.Endpoints).Select(ContainerNetwork.Outer).ToHashSet();
        string[] ours = [.. containers.List().Select(container => LinkPlan.OuterName(container.Id, "eth0"))];
        var bridges = links.Where(link => table.List().Any(network => network.Plan.Bridge == link.Name)).Select(link => link.Index).ToHashSet();
        foreach (var link in links.Where(link => link.Kind == "veth" && !wanted.Contains(link.Name)
            && (ours.Any(name => link.Name.StartsWith(name, StringComparison.Ordinal)) || (bridges.Contains(link.Master) && LinkPlan.IsOuter(link.Name)))))
        {
            host.Removing.Send(Brig.Linux.Net.NetRequests.DeleteLink(link.Ref).Tolerating(Errno.ENODEV));
        }
    }

    private async Task WatchAsync()
    {
        using var tick = new PeriodicTimer(Between, time);
        try
        {
            while (await tick.WaitForNextTickAsync(_stop.Token))
            {
                try
                {
                    wiring.Renew();
                }
                catch (Exception e) when (e is EngineException or LinuxException)
                {
                    NotAsKept(e.Message);
                }
            }
        }
        catch (OperationCanceledException)
        {
            // The engine ends.
        }
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "The networks in the kernel are not as they should be: {Reason}")]
    private partial void NotAsKept(string reason);
}
