using System.Globalization;
using Brig.Engine.Networks;

namespace Brig.Web.Components.Parts;

/// <summary>Published ports in words, <c>127.0.0.1:8080→80/udp</c>, and as they are typed, in docker's form: <c>[address:][port:]port[/udp]</c>, ranges with a dash.</summary>
public static class PortWords
{
    public static string Of(PublishedPort port) => $"{Address(port.HostAddress)}{Range(port.HostPort, port.Count)}→{Range(port.ContainerPort, port.Count)}{Udp(port.Protocol)}";

    public static string Docker(PortSpec port) =>
        $"{Address(port.HostAddress)}{(port.HostPort > 0 ? Range(port.HostPort, port.Count) + ":" : port.HostAddress is null ? "" : ":")}{Range(port.ContainerPort, port.Count)}{Udp(port.Protocol)}";

    public static IEnumerable<PortSpec> All(string text) => Lines(text).Select(One).OfType<PortSpec>();

    /// <summary>The first line that is no port; null when all are.</summary>
    public static string? Wrong(string text) => Lines(text).FirstOrDefault(line => One(line) is null);

    public static PortSpec? One(string line)
    {
        string text = line.Trim();
        var protocol = PortProtocol.Tcp;
        if (text.EndsWith("/udp", StringComparison.OrdinalIgnoreCase) || text.EndsWith("/tcp", StringComparison.OrdinalIgnoreCase))
        {
            protocol = text.EndsWith("/udp", StringComparison.OrdinalIgnoreCase) ? PortProtocol.Udp : PortProtocol.Tcp;
            text = text[..^4];
        }
        string? address = null;
        if (text.StartsWith('[') && text.IndexOf("]:", StringComparison.Ordinal) is > 0 and var end)
        {
            (address, text) = (text[1..end], text[(end + 2)..]);
        }
        string[] parts = text.Split(':');
        if (address is null && parts.Length == 3)
        {
            (address, parts) = (parts[0], parts[1..]);
        }
        if (parts.Length > 2 || (address is not null && !System.Net.IPAddress.TryParse(address, out _)) || Ports(parts[^1]) is not { } inside || inside.First == 0)
        {
            return null;
        }
        var outside = parts is [{ Length: > 0 } first, _] ? Ports(first) : (0, inside.Count);
        return outside is { } host && host.Count == inside.Count && host.First + host.Count <= 65536
            ? new(inside.First) { HostPort = host.First, HostAddress = address, Protocol = protocol, Count = inside.Count } : null;
    }

    private static (int First, int Count)? Ports(string text)
    {
        string[] ends = text.Split('-');
        return ends.Length is 1 or 2 && Number(ends[0]) is { } first && Number(ends[^1]) is { } last && last >= first ? (first, last - first + 1) : null;
    }

    private static int? Number(string text) => ushort.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out ushort number) ? number : null;

    private static string Address(string? address) => address is null ? "" : address.Contains(':', StringComparison.Ordinal) ? $"[{address}]:" : address + ":";

    private static string Range(int first, int count) => count == 1 ? first.ToString(CultureInfo.InvariantCulture) : string.Create(CultureInfo.InvariantCulture, $"{first}-{first + count - 1}");

    private static string Udp(PortProtocol protocol) => protocol == PortProtocol.Udp ? "/udp" : "";

    private static string[] Lines(string text) => text.Split(['\n', ','], StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
}
