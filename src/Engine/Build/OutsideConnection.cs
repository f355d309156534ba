using System.Net;
using System.Net.Http;
using System.Net.Sockets;

namespace Brig.Engine.Build;

/// <summary>Connections that lead neither to this machine nor to its link, where clouds answer with their secrets. Looked at after the name is resolved, and for every redirect.</summary>
internal static class OutsideConnection
{
    public static async ValueTask<Stream> OpenAsync(SocketsHttpConnectionContext context, CancellationToken stop)
    {
        var wanted = context.DnsEndPoint;
        var addresses = await Dns.GetHostAddressesAsync(wanted.Host, stop);
        if (!IsProxy(context) && addresses.FirstOrDefault(address => !IsOutside(address)) is { } inside)
        {
            throw new HttpRequestException($"{wanted.Host} is {inside}, this machine or its link, which a build without network=host does not reach");
        }
        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        try
        {
            await socket.ConnectAsync(addresses, wanted.Port, stop);
            return new NetworkStream(socket, ownsSocket: true);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    public static bool IsOutside(IPAddress address)
    {
        var one = address.IsIPv4MappedToIPv6 ? address.MapToIPv4() : address;
        byte[] bytes = one.GetAddressBytes();
        return !IPAddress.IsLoopback(one) && !one.IsIPv6LinkLocal && !one.IsIPv6Multicast && !one.Equals(IPAddress.IPv6Any)
            && (bytes.Length != 4 || (bytes[0] is not 0 and < 224 && (bytes[0], bytes[1]) != (169, 254)))
            && !System.Net.NetworkInformation.NetworkInterface.GetAllNetworkInterfaces().SelectMany(card => card.GetIPProperties().UnicastAddresses).Any(own => own.Address.Equals(one));
    }

    /// <summary>The proxy is the administrator's, and decides for itself where it leads.</summary>
    private static bool IsProxy(SocketsHttpConnectionContext context) =>
        context.InitialRequestMessage.RequestUri is { } asked && HttpClient.DefaultProxy.GetProxy(asked) is { } proxy && proxy != asked
        && proxy.Port == context.DnsEndPoint.Port && proxy.IdnHost.Equals(context.DnsEndPoint.Host, StringComparison.OrdinalIgnoreCase);
}
