using System.Collections.Immutable;
using System.Net.Sockets;
using Brig.Engine.Networks.Addresses;
using Brig.Linux;
using Brig.Linux.Net;

namespace Brig.Engine.Networks;

/// <summary>
/// The network namespace that bridges, rules and published ports are in: the one the engine runs in, or, for tests, the one of <see cref="EngineOptions.HostNetwork"/>. Opened when it is first
/// needed: who has no networks needs neither the rights nor the libraries.
/// </summary>
internal sealed class HostNetwork : IHostNetwork, IDisposable
{
    private readonly bool _own;
    private readonly Lazy<NetNamespace> _namespace;
    private readonly Lazy<RtNetlink> _links, _removing;
    private readonly Lazy<Nft> _rules;
    private readonly Lazy<Conntrack> _flows;
    private readonly Lazy<LinkNumbers> _numbers;
    private readonly Lazy<string?> _unpaced;

    public HostNetwork(EngineOptions options)
    {
        Nft.Prepare();
        _own = options.HostNetwork is null;
        _namespace = new(() => options.HostNetwork is { } path ? NetNamespace.Open(path) : NetNamespace.Current());
        _links = new(() => RtNetlink.Open(_namespace.Value));
        _removing = new(() => RtNetlink.Open(_namespace.Value));
        _rules = new(() => Nft.Open(_namespace.Value));
        _flows = new(() => Conntrack.Open(_namespace.Value));
        _numbers = new(() => LinkNumbers.Open(_namespace.Value));
        _unpaced = new(() => !options.Shortcuts || Setting("ipv4/tcp_congestion_control") is not "bbr" ? null
            : Setting("ipv4/tcp_available_congestion_control")?.Split(' ').Contains("cubic") is true ? "cubic" : "reno");
    }

    /// <summary>Opens the rules while few descriptors are open, for libnftables needs a low one. What is wrong with it is told to whoever needs them.</summary>
    public void Prepare()
    {
        try
        {
            _ = Rules;
        }
        catch (LinuxException)
        {
            // No networks, or none yet.
        }
    }

    public NetNamespace Namespace => _namespace.Value;
    public RtNetlink Links => _links.Value;

    /// <summary>For what waits for the kernel: deleting an interface takes some 20 ms.</summary>
    public RtNetlink Removing => _removing.Value;

    public Nft Rules => _rules.Value;
    public Conntrack Flows => _flows.Value;
    public LinkNumbers Numbers => _numbers.Value;

    /// <summary>
    /// The congestion control for connections that stay on this machine, where they would have BBR; null: they are well with what they have. BBR guesses how fast a way is and sets a timer for each packet: within a machine
    /// there is no way to guess, and a connection has a third of the speed it could have.
    /// </summary>
    public string? Unpaced => _unpaced.Value;

    public ImmutableArray<HostRoute> Routes(IReadOnlySet<string> except)
    {
        try
        {
            var names = Links.Links().ToDictionary(link => link.Index, link => link.Name);
            return [.. Links.Routes()
                .Select(route => (Subnet: new Subnet(route.To.BaseAddress.AddressFamily, Subnet.Value(route.To.BaseAddress), route.To.PrefixLength), Interface: names.GetValueOrDefault(route.Index, "several interfaces")))
                .Where(route => route.Subnet.Prefix > 0 && !except.Contains(route.Interface) && !IsEverybodys(route.Subnet))
                .Select(route => new HostRoute(route.Subnet, route.Interface))];
        }
        catch (LinuxException e)
        {
            throw EngineException.Unavailable($"The routes of this machine cannot be read: {e.Message}.", e);
        }
    }

    public bool HasInterface(string name) => Links.Find(name) is not null;

    /// <summary>A setting of networking, of this namespace. Null: there is none of that name.</summary>
    /// <param name="name">As <c>ipv4/ip_forward</c>, below /proc/sys/net.</param>
    public string? Setting(string name) => Namespace.Run(() =>
    {
        try
        {
            return File.ReadAllText("/proc/sys/net/" + name).Trim();
        }
        catch (IOException)
        {
            return null;   // a kernel without IPv6, an interface that has just gone
        }
    });

    /// <summary>All at once, for a visit to another namespace costs a thread. One that is not there is left out.</summary>
    public void Set(params ReadOnlySpan<(string Name, string Value)> settings)
    {
        var all = settings.ToArray();
        void Write()
        {
            foreach (var (name, value) in all)
            {
                try
                {
                    File.WriteAllText("/proc/sys/net/" + name, value);
                }
                catch (FileNotFoundException)
                {
                    // As above.
                }
                catch (DirectoryNotFoundException)
                {
                    // As above.
                }
            }
        }
        try
        {
            Namespace.Run(Write);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw EngineException.Unavailable($"This machine's network settings cannot be changed ({string.Join(", ", all.Select(setting => $"net/{setting.Name}={setting.Value}"))}): {e.Message}", e);
        }
    }

    /// <summary>On a thread that is in that namespace: this one, if it is.</summary>
    public void Within(Action work)
    {
        if (_own)
        {
            work();
        }
        else
        {
            Namespace.Run(work);
        }
    }

    public Socket MakeSocket(AddressFamily family, SocketType type, ProtocolType protocol) => _own ? new(family, type, protocol) : Namespace.MakeSocket(family, type, protocol);

    public void Dispose()
    {
        foreach (var made in new IDisposable?[] { Made(_numbers), Made(_flows), Made(_rules), Made(_removing), Made(_links), Made(_namespace) })
        {
            made?.Dispose();
        }
    }

    /// <summary>fe80::/64 and ff00::/8 are on every link.</summary>
    private static bool IsEverybodys(Subnet subnet) => !subnet.IsIpv4 && (subnet.First >> 118 == 0x3fa || subnet.First >> 120 == 0xff);

    private static T? Made<T>(Lazy<T> lazy) where T : class => lazy.IsValueCreated ? lazy.Value : null;
}
