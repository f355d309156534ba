using System.Collections.Concurrent;
using System.Collections.Immutable;
using System.Net;
using System.Net.Sockets;
using Brig.Engine.Containers;
using Brig.Linux;
using Brig.Linux.Net;

namespace Brig.Engine.Networks.Dns;

internal sealed class Resolver(TimeProvider time) : IResolver, IDisposable
{
    private const string HostFile = "/etc/resolv.conf";
    private const int Backlog = 16;

    /// <summary>Where it listens if it can: the same each time, for then the rules of before need not be changed, which costs twenty milliseconds.</summary>
    private const int UsualPort = 28_653;

    private readonly NameBook _names = new();
    private readonly HostResolvers _host = new(time, HostFile);
    private readonly Forwarder _forwarder = new(time);
    private readonly ForwardBudget _budget = new();
    private readonly ConcurrentDictionary<string, Listener> _listeners = new(StringComparer.Ordinal);

    public void Publish(string network, string name, bool isInternal, ImmutableArray<NamedEndpoint> endpoints) => _names.Publish(network, name, isInternal, endpoints);

    public void Forget(string network) => _names.Remove(network);

    public void Attach(string key, NetNamespace inside, DnsScope scope)
    {
        if (_listeners.TryGetValue(key, out var there) && there.Inside == inside.Number)
        {
            there.Asker.Knows = scope;
            return;
        }
        Detach(key);
        Asker asker = new(_names, () => _host.Now, _forwarder, _budget, time) { Knows = scope };
        try
        {
            var (udp, tcp) = inside.Run(Listen);
            _listeners[key] = new(asker, inside.Number, udp, tcp, time);
        }
        catch (Exception e) when (e is LinuxException or SocketException)
        {
            throw EngineException.Unavailable($"Its name server cannot listen on {IResolver.Address} inside: {e.Message}", e);
        }
    }

    public void Change(string key, DnsScope scope)
    {
        if (_listeners.TryGetValue(key, out var listener))
        {
            listener.Asker.Knows = scope;
        }
    }

    public void Detach(string key)
    {
        if (_listeners.TryRemove(key, out var listener))
        {
            listener.Dispose();
        }
    }

    public ResolverPlan Plan()
    {
        ImmutableArray<string> search = [];
        try
        {
            search = ResolvConf.Parse(File.ReadAllText(HostFile)).Search;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // A machine without the file searches nowhere.
        }
        // The names here have no dot and are to be asked for as they are, before any domain is tried.
        return new([IResolver.Address]) { Search = search, Options = ["ndots:0"] };
    }

    public void Dispose()
    {
        foreach (string key in _listeners.Keys)
        {
            Detach(key);
        }
    }

    /// <summary>On other ports than the one that is asked: that one is left to the container, which may listen on 0.0.0.0:53 itself.</summary>
    private static (Socket Udp, Socket Tcp) Listen()
    {
        Socket udp = new(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp), tcp = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        try
        {
            Bind(udp);
            Bind(tcp);
            tcp.Listen(Backlog);
            LoopbackDetour.Put(IResolver.Address, ResolvConf.Port, Port(udp), Port(tcp));
            return (udp, tcp);
        }
        catch
        {
            udp.Dispose();
            tcp.Dispose();
            throw;
        }
    }

    private static void Bind(Socket socket)
    {
        try
        {
            socket.Bind(new IPEndPoint(IResolver.Address, UsualPort));
        }
        catch (SocketException e) when (e.SocketErrorCode == SocketError.AddressAlreadyInUse)
        {
            socket.Bind(new IPEndPoint(IResolver.Address, 0));   // taken by a program of the container while nobody was here
        }
    }

    private static int Port(Socket socket) => ((IPEndPoint)socket.LocalEndPoint!).Port;

    private sealed class Listener : IDisposable
    {
        private readonly CancellationTokenSource _stop = new();
        private readonly Socket _udp, _tcp;

        public Listener(Asker asker, ulong inside, Socket udp, Socket tcp, TimeProvider time)
        {
            (Asker, Inside, _udp, _tcp) = (asker, inside, udp, tcp);
            _ = new UdpServer(udp, asker, time).ServeAsync(_stop.Token);
            _ = new TcpServer(tcp, asker, time).ServeAsync(_stop.Token);
        }

        public Asker Asker { get; }

        /// <summary>The network namespace it is in.</summary>
        public ulong Inside { get; }

        public void Dispose()
        {
            _stop.Cancel();
            _udp.Dispose();
            _tcp.Dispose();
            _stop.Dispose();
        }
    }
}
