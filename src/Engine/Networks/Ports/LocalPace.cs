using System.Net;
using Brig.Linux;
using Brig.Linux.Bpf;
using Brig.Linux.Cgroups;
using Microsoft.Extensions.Logging;

namespace Brig.Engine.Networks.Ports;

/// <summary>
/// What programs of this machine send to a port published on 127.0.0.1 is not paced (<see cref="HostNetwork.Unpaced"/>): such a connection gets its congestion control at connect(2), for its route is the loopback's, which
/// is not ours. Without it everything works, slower. Used under the wiring's lock.
/// </summary>
internal sealed partial class LocalPace(HostNetwork host, CgroupHost cgroups, EnginePaths paths, ILogger<LocalPace> log) : IDisposable
{
    private UnpacedConnects? _connects;
    private bool _tried;

    public void Change(IEnumerable<PublishedPort> gone, IEnumerable<PublishedPort> come)
    {
        foreach (int port in gone.SelectMany(OnLoopback))
        {
            _connects?.Remove(port);
        }
        int[] ports = [.. come.SelectMany(OnLoopback)];
        if (ports.Length == 0)
        {
            return;
        }
        try
        {
            Begin();
            foreach (int port in ports)
            {
                _connects?.Add(port);
            }
        }
        catch (LinuxException e)
        {
            Paced(e.Message);
        }
    }

    public void Dispose() => _connects?.Dispose();

    /// <summary>With the first port: who publishes none has no program of ours at each connect(2) of the machine's.</summary>
    private void Begin()
    {
        if (_tried)
        {
            return;
        }
        _tried = true;
        if (host.Unpaced is { } control && Path.GetDirectoryName(cgroups.Open(paths.Instance).Entry.V2Directory) is { } tree)
        {
            _connects = UnpacedConnects.Open(tree, host.Namespace, control);
        }
    }

    private static IEnumerable<int> OnLoopback(PublishedPort port) =>
        port.Protocol == PortProtocol.Tcp && (port.HostAddress is not { } address || (IPAddress.Parse(address) is var at && (at.Equals(IPAddress.Any) || (at.GetAddressBytes() is [127, ..]))))
            ? Enumerable.Range(port.HostPort, port.Count) : [];

    [LoggerMessage(Level = LogLevel.Information, Message = "What programs of this machine send to ports published on 127.0.0.1 is paced by BBR, and so slower than it could be: {Reason}")]
    private partial void Paced(string reason);
}
