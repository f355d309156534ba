using System.Net;
using System.Net.Sockets;

namespace Brig.Peers.Tests.Docker.Faults;

/// <summary>Takes connections and never says a word.</summary>
internal sealed class SilentRegistry : IDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);

    public SilentRegistry() => _listener.Start(10_000);   // the kernel takes them; nobody accepts

    public string Host => _listener.LocalEndpoint.ToString()!;

    public void Dispose() => _listener.Dispose();
}
