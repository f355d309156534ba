using System.Collections.Immutable;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using Brig.Engine.Containers;

namespace Brig.Engine.Networks.Ports;

/// <summary>Which ports of the machine are whose. Each is held by sockets of ours, so that one in use by somebody else is found at once, and nobody takes ours.</summary>
internal sealed class PortBook(HostNetwork host) : IDisposable
{
    private const int Tries = 50;

    /// <summary>A socket that we closed is open a while longer in a child that was made just before and has not become its program yet.</summary>
    private static readonly TimeSpan Closing = TimeSpan.FromSeconds(1);

    private readonly Lock _gate = new();
    private readonly Dictionary<ContainerId, ImmutableArray<(PortSpec Asked, HeldPort Held)>> _held = [];

    public ImmutableArray<HeldPort> Of(ContainerId id)
    {
        lock (_gate)
        {
            return _held.TryGetValue(id, out var ports) ? [.. ports.Select(port => port.Held)] : [];
        }
    }

    /// <summary>Ports that are asked for as before stay as they are; the rest is taken, or nothing. What is no more asked for is still held: <see cref="Keep"/> lets it go.</summary>
    /// <param name="picked">What it was given before where any port would do.</param>
    /// <param name="name">Tells the name of a container, for the sentence.</param>
    /// <exception cref="EngineException">Conflict: a port is in use, by a container or by somebody else.</exception>
    public ImmutableArray<HeldPort> Take(ContainerId id, ImmutableArray<PortSpec> asked, ImmutableArray<PublishedPort> picked, Func<ContainerId, string> name)
    {
        lock (_gate)
        {
            var had = _held.GetValueOrDefault(id, []);
            var now = ImmutableArray.CreateBuilder<(PortSpec, HeldPort)>();
            var taken = new List<HeldPort>();
            try
            {
                foreach (var port in asked)
                {
                    if (had.FirstOrDefault(old => old.Asked == port).Held is { } same)
                    {
                        now.Add((port, same));
                        continue;
                    }
                    Others(id, port, name);
                    var held = port.HostPort > 0 ? Hold(port, port.HostPort) : Pick(port, picked);
                    taken.Add(held);
                    now.Add((port, held));
                }
            }
            catch
            {
                taken.ForEach(port => port.Dispose());
                throw;
            }
            _held[id] = now.ToImmutable().AddRange(had.Where(old => !asked.Contains(old.Asked)));
            return [.. now.Select(port => port.Item2)];
        }
    }

    /// <summary>All that one holds, the other holds from now on.</summary>
    public void Give(ContainerId from, ContainerId to)
    {
        lock (_gate)
        {
            _held[to] = [.. _held.GetValueOrDefault(to, []), .. _held.GetValueOrDefault(from, [])];
            _held.Remove(from);
        }
    }

    /// <summary>Lets go of all its ports but these.</summary>
    public void Keep(ContainerId id, ImmutableArray<HeldPort> kept)
    {
        lock (_gate)
        {
            var had = _held.GetValueOrDefault(id, []);
            foreach (var (_, held) in had.Where(port => !kept.Contains(port.Held)))
            {
                held.Dispose();
            }
            var rest = had.RemoveAll(port => !kept.Contains(port.Held));
            if (rest.IsEmpty)
            {
                _held.Remove(id);
            }
            else
            {
                _held[id] = rest;
            }
        }
    }

    /// <summary>The engine ends; its containers go on, and the rules with them.</summary>
    public void Dispose()
    {
        lock (_gate)
        {
            foreach (var (_, held) in _held.Values.SelectMany(ports => ports))
            {
                held.Dispose();
            }
            _held.Clear();
        }
    }

    private void Others(ContainerId id, PortSpec asked, Func<ContainerId, string> name)
    {
        foreach (var (other, ports) in _held)
        {
            foreach (var (_, held) in ports)
            {
                var theirs = new PortSpec(held.Port.ContainerPort) { HostPort = held.Port.HostPort, HostAddress = held.Port.HostAddress, Protocol = held.Port.Protocol, Count = held.Port.Count };
                if (other != id && AttachmentCheck.Meet(theirs, asked))
                {
                    throw EngineException.Conflict($"{Words(asked, Math.Max(asked.HostPort, theirs.HostPort))} is published by container {name(other)} already; stop that one, or choose another port.");
                }
            }
        }
    }

    /// <summary>The one it had, or any that is free in every family.</summary>
    private HeldPort Pick(PortSpec asked, ImmutableArray<PublishedPort> picked)
    {
        EngineException? last = null;
        var before = picked.FirstOrDefault(port => port.ContainerPort == asked.ContainerPort && port.Protocol == asked.Protocol && port.Count == asked.Count && port.HostAddress == asked.HostAddress);
        for (int attempt = 0; attempt < Tries; attempt++)
        {
            try
            {
                return Hold(asked, attempt == 0 && before is not null ? before.HostPort : FreePort(asked));
            }
            catch (EngineException e) when (e.Kind == EngineErrorKind.Conflict)
            {
                last = e;   // taken since, or by the other family, or no room behind it
            }
        }
        throw EngineException.Conflict(string.Create(CultureInfo.InvariantCulture, $"No {asked.Count} free ports in a row were found for port {asked.ContainerPort} ({last!.Message.TrimEnd('.')}); name them."));
    }

    private int FreePort(PortSpec asked)
    {
        var address = Addresses(asked)[0];
        using var socket = Make(address.AddressFamily, asked.Protocol);
        socket.Bind(new IPEndPoint(address, 0));
        return ((IPEndPoint)socket.LocalEndPoint!).Port;
    }

    private HeldPort Hold(PortSpec asked, int first)
    {
        var sockets = new List<Socket>();
        try
        {
            for (int port = first; port < first + asked.Count; port++)
            {
                if (port > 65535)
                {
                    throw EngineException.Conflict("There is no port above 65535.");
                }
                foreach (var address in Addresses(asked))
                {
                    Hold(asked, address, port, sockets);
                }
            }
            return new(new(asked.HostAddress, first, asked.ContainerPort, asked.Protocol, asked.Count), sockets);
        }
        catch
        {
            sockets.ForEach(socket => socket.Dispose());
            throw;
        }
    }

    private void Hold(PortSpec asked, IPAddress address, int port, List<Socket> sockets)
    {
        if (TryHold(asked, address, port, sockets))
        {
            return;
        }
        var user = PortUser.Find(host, asked.Protocol, port);
        if (user is { IsOurs: false } || !SpinWait.SpinUntil(() => TryHold(asked, address, port, sockets), Closing))
        {
            throw EngineException.Conflict($"{Words(asked, port)} is in use by {user?.ToString() ?? "another program"}; end that, or choose another port.");
        }
    }

    /// <returns>False: it is in use.</returns>
    private bool TryHold(PortSpec asked, IPAddress address, int port, List<Socket> sockets)
    {
        Socket? socket = null;
        try
        {
            socket = Make(address.AddressFamily, asked.Protocol);
            socket.Bind(new IPEndPoint(address, port));
            if (asked.Protocol == PortProtocol.Tcp)
            {
                socket.Listen();   // bound alone, two could have it
            }
            sockets.Add(socket);
            return true;
        }
        catch (SocketException e)
        {
            socket?.Dispose();
            return e.SocketErrorCode switch
            {
                SocketError.AddressAlreadyInUse => false,
                SocketError.AddressFamilyNotSupported or SocketError.AddressNotAvailable when asked.HostAddress is null => true,   // a kernel without IPv6, or it is turned off here
                SocketError.AddressNotAvailable => throw EngineException.Conflict($"{asked.HostAddress} is no address of this machine, so no port can be published on it."),
                _ => throw EngineException.Failed($"{Words(asked, port)} cannot be had: {e.Message}.", e),
            };
        }
    }

    private Socket Make(AddressFamily family, PortProtocol protocol)
    {
        var socket = host.MakeSocket(family, protocol == PortProtocol.Tcp ? SocketType.Stream : SocketType.Dgram, protocol == PortProtocol.Tcp ? ProtocolType.Tcp : ProtocolType.Udp);
        if (family == AddressFamily.InterNetworkV6)
        {
            socket.DualMode = false;
        }
        return socket;
    }

    private static IPAddress[] Addresses(PortSpec port) => port.HostAddress is { } one ? [IPAddress.Parse(one)] : [IPAddress.Any, IPAddress.IPv6Any];

    private static string Words(PortSpec asked, int port) =>
        string.Create(CultureInfo.InvariantCulture, $"Port {port}/{(asked.Protocol == PortProtocol.Tcp ? "tcp" : "udp")} of {(asked.HostAddress is { } address ? address : "this machine")}");
}
