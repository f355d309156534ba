using System.Net.Sockets;

namespace Brig.Engine.Networks.Ports;

/// <summary>A port of the machine that is ours: the kernel gives it to nobody else while its sockets are open. What the rules do not lead into the container is relayed by <see cref="Relay"/> and <see cref="UdpRelay"/>.</summary>
internal sealed class HeldPort(PublishedPort port, IReadOnlyList<Socket> sockets) : IDisposable
{
    private CancellationTokenSource _serving = new();

    public PublishedPort Port { get; } = port;

    /// <summary>Begins to relay what comes to the sockets themselves: from ::1, and from IPv6 to a container that has none.</summary>
    public void Serve(Relay relay, UdpRelay datagrams, Endpoint to)
    {
        _serving.Cancel();
        _serving.Dispose();
        _serving = new();
        foreach (var socket in sockets)
        {
            int port = ((System.Net.IPEndPoint)socket.LocalEndPoint!).Port - Port.HostPort + Port.ContainerPort;
            if (socket.SocketType == SocketType.Stream)
            {
                _ = relay.ServeAsync(socket, to, port, _serving.Token);
            }
            else if (socket.AddressFamily == AddressFamily.InterNetworkV6)   // the kernel translates all of IPv4
            {
                _ = datagrams.ServeAsync(socket, to, port, _serving.Token);
            }
        }
    }

    public void Dispose()
    {
        _serving.Cancel();
        foreach (var socket in sockets)
        {
            socket.Dispose();
        }
        _serving.Dispose();
    }
}
