using System.Net;
using System.Net.Sockets;
using Brig.Linux.Net;
using Brig.Tests;

namespace Brig.Kernel.Tests.Networks;

/// <summary>
/// A machine of the test's own, as far as networks go, so that this one's firewall is not touched: a network namespace that an engine takes for the machine's (<c>EngineOptions.HostNetwork</c>), and another
/// that is somebody else on its link. Both end with this.
/// <code>
/// elsewhere 203.0.113.2, 2001:db8::2 ──up0── ── 203.0.113.1, 2001:db8::1 machine: bridges, rules, published ports
/// </code>
/// </summary>
public sealed class HostNamespace : IDisposable
{
    public const string MachineIpv4 = "203.0.113.1", MachineIpv6 = "2001:db8::1", ElsewhereIpv4 = "203.0.113.2", ElsewhereIpv6 = "2001:db8::2";

    public HostNamespace()
    {
        using var machine = RtNetlink.Open(Machine);
        using var elsewhere = RtNetlink.Open(Elsewhere);
        machine.Send(NetRequests.AddVeth(new("up0"), new("up0") { In = Elsewhere }));
        Configure(machine, MachineIpv4, MachineIpv6);
        Configure(elsewhere, ElsewhereIpv4, ElsewhereIpv6);
        Set("ipv4/ip_forward", "0");   // who needs it turns it on
        Set("ipv6/conf/all/forwarding", "0");
        Set("ipv6/conf/up0/accept_ra", "1");
        elsewhere.Send(NetRequests.AddRoute(elsewhere.Find("up0")!.Ref, IPNetwork.Parse("172.16.0.0/12"), IPAddress.Parse(MachineIpv4)));   // somebody who knows where containers are
        elsewhere.Send(NetRequests.AddRoute(elsewhere.Find("up0")!.Ref, IPNetwork.Parse("fd00::/8"), IPAddress.Parse(MachineIpv6)));
    }

    public NetNamespace Machine { get; } = NetNamespace.Make();
    public NetNamespace Elsewhere { get; } = NetNamespace.Make();

    /// <summary>For <c>EngineOptions.HostNetwork</c>.</summary>
    public string Path => $"/proc/self/fd/{Machine.Descriptor}";

    /// <summary>A setting below /proc/sys/net of the machine.</summary>
    public string Setting(string name) => Machine.Run(() => File.ReadAllText("/proc/sys/net/" + name).Trim());

    public void Set(string name, string value) => Machine.Run(() => File.WriteAllText("/proc/sys/net/" + name, value));

    public string Rules()
    {
        using var nft = Nft.Open(Machine);
        return nft.Run("list ruleset");
    }

    public void Run(string commands)
    {
        using var nft = Nft.Open(Machine);
        nft.Run(commands);
    }

    public string[] Links() => [.. Machine.Links().Select(link => link.Name).Order(StringComparer.Ordinal)];

    /// <summary>What a server says first; null: it cannot be reached.</summary>
    /// <param name="patience">How long an answer may take.</param>
    public static async Task<string?> AskAsync(NetNamespace from, string address, int port, TimeSpan? patience = null)
    {
        using var stop = new CancellationTokenSource(patience ?? Wait.Limit);
        var to = IPAddress.Parse(address);
        using var socket = from.MakeSocket(to.AddressFamily, SocketType.Stream, ProtocolType.Tcp);
        try
        {
            await socket.ConnectAsync(new IPEndPoint(to, port), stop.Token);
            return await ReadAsync(socket, stop.Token);
        }
        catch (Exception e) when (e is SocketException or OperationCanceledException)
        {
            return null;
        }
    }

    public static async Task<string> ReadAsync(Socket socket, CancellationToken stop)
    {
        byte[] buffer = new byte[256];
        int got = await socket.ReceiveAsync(buffer.AsMemory(), stop);
        return System.Text.Encoding.UTF8.GetString(buffer, 0, got).Trim();
    }

    public void Dispose()
    {
        Machine.Dispose();
        Elsewhere.Dispose();
    }

    private static void Configure(RtNetlink net, string ipv4, string ipv6)
    {
        var up = net.Find("up0")!.Ref;
        net.Send(NetRequests.SetUp(net.Find("lo")!.Ref), NetRequests.AddAddress(up, IPAddress.Parse(ipv4), 24), NetRequests.AddAddress(up, IPAddress.Parse(ipv6), 64), NetRequests.SetUp(up));
    }
}
