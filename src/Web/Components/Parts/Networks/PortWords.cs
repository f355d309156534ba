using System.Globalization;
using Brig.Engine.Networks;
using static Brig.Web.Resources.Text;

namespace Brig.Web.Components.Parts.Networks;

/// <summary>A published port in few letters, and in a sentence.</summary>
internal static class PortWords
{
    /// <summary><c>8080 → 80</c>, <c>53 → 53/udp</c>, <c>9000-9009 → 9000-9009</c>.</summary>
    public static string Short(PublishedPort port) => $"{Span(port.HostPort, port.Count)} → {Span(port.ContainerPort, port.Count)}{(port.Protocol == PortProtocol.Udp ? "/udp" : "")}";

    /// <summary><c>127.0.0.1:8080 → 80/tcp</c>.</summary>
    public static string Long(PublishedPort port) =>
        T("networks.portLong", port.HostAddress ?? T("networks.everyAddress"), Span(port.HostPort, port.Count), Span(port.ContainerPort, port.Count), port.Protocol == PortProtocol.Udp ? "udp" : "tcp");

    /// <summary>Only this machine comes to it.</summary>
    public static bool IsLocal(PublishedPort port) => port.HostAddress is { } address && System.Net.IPAddress.TryParse(address, out var parsed) && System.Net.IPAddress.IsLoopback(parsed);

    private static string Span(int first, int count) =>
        count > 1 ? string.Create(CultureInfo.InvariantCulture, $"{first}-{first + count - 1}") : first.ToString(CultureInfo.InvariantCulture);
}
