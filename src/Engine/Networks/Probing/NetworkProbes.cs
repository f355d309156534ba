using System.Collections.Immutable;
using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using Brig.Engine.Containers;
using Brig.Linux;
using Brig.Linux.Net;

namespace Brig.Engine.Networks.Probing;

internal sealed class NetworkProbes(ContainerTable containers, INetworks networks, Pins pins) : INetworkProbes
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(1.5);

    public async Task<ProbeReport> TestAsync(string from, string to, int? port, CancellationToken stop = default)
    {
        if (port is < 1 or > ushort.MaxValue)
        {
            throw EngineException.Invalid($"{port} is no port; they go from 1 to 65535.");
        }
        var (source, target) = (Running(from), Running(to));
        using var inside = Open(source);
        var names = networks.List().ToDictionary(n => n.Id, n => n.Name, StringComparer.Ordinal);
        var shared = target.Endpoints.Where(e => source.Endpoints.Any(own => own.NetworkId == e.NetworkId)).ToArray();
        var ports = port is { } one ? [(one, false)] : Listening.Of(target.State.Pid);
        var name = NameQuestion.AskAsync(inside, target.Name, stop);
        var routes = shared.SelectMany(e => (IEnumerable<string>)[.. Some(e.Ipv4), .. Some(e.Ipv6)], (e, address) => RouteAsync(inside, names.GetValueOrDefault(e.NetworkId, ""), IPAddress.Parse(address), ports, stop)).ToArray();
        return new(source.Name, target.Name, await name, [.. await Task.WhenAll(routes)]);
    }

    private static string[] Some(string? address) => address is null ? [] : [address];

    private Container Running(string idOrName)
    {
        var container = containers.Find(idOrName).Now;
        return container.State.Status != ContainerStatus.Running ? throw EngineException.Conflict($"\"{container.Name}\" does not run, so nothing can be tried with it; start it.")
            : container.Endpoints.IsEmpty ? throw EngineException.Conflict($"\"{container.Name}\" is on no network; connect it to one.") : container;
    }

    private NetNamespace Open(Container container)
    {
        try
        {
            return pins.Open(container.Id) ?? NetNamespace.OfProcess(container.State.Pid);
        }
        catch (LinuxException e)
        {
            throw EngineException.Conflict($"\"{container.Name}\" has just ended: {e.Message}.");
        }
    }

    private static async Task<RouteProbe> RouteAsync(NetNamespace from, string network, IPAddress to, ImmutableArray<(int Port, bool LoopbackOnly)> ports, CancellationToken stop)
    {
        var tried = ports.Select(port => ConnectAsync(from, new(to, port.Port), port.LoopbackOnly, stop)).ToArray();
        double? echo = null;
        string? failure = "No echo came back.";
        try
        {
            echo = await Echo.TryAsync(from, to, stop);
            failure = echo is null ? failure : null;
        }
        catch (SocketException e)
        {
            failure = Sentence(e);
        }
        return new(network, to.ToString(), echo, failure, [.. await Task.WhenAll(tried)]);
    }

    private static async Task<PortProbe> ConnectAsync(NetNamespace from, IPEndPoint to, bool loopbackOnly, CancellationToken stop)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(stop);
        limit.CancelAfter(Patience);
        string? failure = null;
        long begin = 0;
        try
        {
            using var socket = from.MakeSocket(to.AddressFamily, SocketType.Stream, ProtocolType.Tcp);
            begin = Stopwatch.GetTimestamp();
            await socket.ConnectAsync(to, limit.Token);
        }
        catch (SocketException e)
        {
            failure = loopbackOnly ? "It listens on its own loopback only; let it listen on 0.0.0.0." : Sentence(e);
        }
        catch (OperationCanceledException) when (!stop.IsCancellationRequested)
        {
            failure = "No answer.";
        }
        return new(to.Port, failure is null ? Stopwatch.GetElapsedTime(begin).TotalMilliseconds : null, failure);
    }

    private static string Sentence(SocketException e) => e.SocketErrorCode switch
    {
        SocketError.ConnectionRefused => "Refused: nobody listens there.",
        SocketError.HostUnreachable or SocketError.NetworkUnreachable => "There is no way there.",
        _ => e.Message + ".",
    };
}
