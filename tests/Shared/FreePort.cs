using System.Globalization;
using System.Net;
using System.Net.Sockets;

namespace Brig.Tests;

/// <summary>Ports of the loopback for those who must know theirs before they listen, or have the same one again.</summary>
public static class FreePort
{
    private const int First = 10_000;

    /// <summary>One that nobody listens at, and that the kernel gives to nobody who asks for any: else a connection of somebody else's could have it before it is used.</summary>
    public static int Next()
    {
        // ip(7), ip_local_port_range
        int end = int.Parse(File.ReadAllText("/proc/sys/net/ipv4/ip_local_port_range").Split('\t')[0], CultureInfo.InvariantCulture);
        while (true)
        {
            int port = Random.Shared.Next(First, Math.Max(end, First + 1000));
            using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
            try
            {
                socket.Bind(new IPEndPoint(IPAddress.Loopback, port));
                return port;
            }
            catch (SocketException)
            {
                // Somebody has it.
            }
        }
    }
}
