using System.Collections.Immutable;
using System.Globalization;
using Brig.Engine.Containers;

namespace Brig.Engine.Networks;

/// <summary>What the kernel counted on the cables of a network.</summary>
internal sealed class TrafficReader(HostNetwork host, ContainerTable containers)
{
    public ImmutableArray<EndpointTraffic> Read(Network network)
    {
        if (!network.Endpoints.Any(endpoint => endpoint.Connected))
        {
            return [];
        }
        var machine = Counters(host.Namespace.Run(() => File.ReadAllLines("/proc/thread-self/net/dev")));
        var all = ImmutableArray.CreateBuilder<EndpointTraffic>();
        foreach (var endpoint in network.Endpoints)
        {
            if (endpoint.Connected && machine.TryGetValue(ContainerNetwork.Outer(endpoint), out long[]? outer))
            {
                // What the machine's end received the container sent. What came by a shortcut only the end inside has seen.
                var (bytes, packets) = Inside(endpoint) is { } inner ? (inner[0], inner[1]) : (outer[8], outer[9]);
                all.Add(new(endpoint.Container, ReceivedBytes: bytes, SentBytes: outer[0], ReceivedPackets: packets, SentPackets: outer[1], Dropped: outer[3] + outer[11]));
            }
        }
        return all.ToImmutable();
    }

    /// <summary>Null: its process has just ended, or root inside gave the interface another name.</summary>
    private long[]? Inside(Endpoint endpoint)
    {
        try
        {
            return containers.TryGet(endpoint.Container, out var entry) && entry.Run is { } run
                ? Counters(File.ReadAllLines($"/proc/{run.Pid}/net/dev")).GetValueOrDefault(endpoint.Interface) : null;
        }
        catch (IOException)
        {
            return null;
        }
    }

    /// <summary>By interface, the columns of /proc/net/dev (proc_pid_net(5)).</summary>
    private static Dictionary<string, long[]> Counters(string[] lines) => lines.Skip(2).Select(line => line.Split([':', ' '], StringSplitOptions.RemoveEmptyEntries))
        .Where(fields => fields.Length > 16).ToDictionary(fields => fields[0], fields => fields.Skip(1).Select(field => long.Parse(field, CultureInfo.InvariantCulture)).ToArray());
}
