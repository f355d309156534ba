using System.Security.Cryptography;
using System.Text;
using Brig.Engine.Containers;
using Brig.Engine.Events;

namespace Brig.Engine.Networks;

/// <summary>From a spec to a network that can be used. Nothing of it is in the kernel before a container needs it.</summary>
internal sealed class NetworkMaker(NetworkTable table, NetworkRows rows, SubnetClaims claims, IHostNetwork host, EnginePaths paths, EngineOptions options, EventLog events, TimeProvider time)
{
    /// <summary>One at a time: the next must see what this one took.</summary>
    private readonly AsyncLock _making = new();

    public async Task<Network> MakeAsync(NetworkSpec asked, CancellationToken stop)
    {
        NetworkPlanner.Check(asked);
        using var held = await _making.TakeAsync(stop);
        return await MakeHeldAsync(asked, stop);
    }

    /// <summary>The default network, unless it is there.</summary>
    public async Task DefaultAsync(CancellationToken stop)
    {
        using var held = await _making.TakeAsync(stop);
        if (!table.HasName(NetworkSpec.DefaultName))
        {
            await MakeHeldAsync(new() { Name = NetworkSpec.DefaultName }, stop);
        }
    }

    /// <summary>The row goes first: what a killed engine leaves are claims and rules, and its next start takes those away.</summary>
    public async Task RemoveAsync(NetworkEntry entry)
    {
        using var held = await _making.TakeAsync();
        await rows.RemoveAsync(entry.Now.Id);
        table.Remove(entry);
        claims.Write(table.List());
        events.Add("network", "remove", entry.Now.Id, entry.Now.Name);
    }

    private async Task<Network> MakeHeldAsync(NetworkSpec asked, CancellationToken stop)
    {
        string name = asked.Name ?? Names.Generate(table.HasName);
        if (table.HasName(name))
        {
            throw EngineException.Conflict($"There is a network \"{name}\" already; remove that one, or choose another name.");
        }
        string id = Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(32));
        using var together = await claims.LockAsync(stop);   // with the other Brigs of this machine
        if (asked.Bridge is { } bridge && (table.List().Any(other => other.Plan.Bridge == bridge) || host.HasInterface(bridge)))
        {
            throw EngineException.Conflict($"This machine has an interface \"{bridge}\" already; choose another name for the bridge.");
        }
        var plan = NetworkPlanner.Plan(asked, asked.Bridge ?? Bridge(paths, id), options.Pools, NetworkPlanner.UniqueLocal(paths.Instance), claims.Taken(table.List()));
        var network = new Network(id, name, asked with { Name = name }, plan, new(Up: false), [], time.GetUtcNow(), Version: 1);
        claims.Write(table.List().Add(network));
        try
        {
            await rows.AddAsync(network, stop);
        }
        catch
        {
            claims.Write(table.List());
            throw;
        }
        table.Add(network);
        events.Add("network", "create", id, name, [("subnet", plan.Ipv4!.Subnet)]);
        return network;
    }

    /// <summary>Of instance and network, so that two Brigs never mean the same interface.</summary>
    private static string Bridge(EnginePaths paths, string id) => "br-" + Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(paths.Instance + id)))[..8];
}
