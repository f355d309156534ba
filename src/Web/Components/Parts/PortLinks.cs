using System.Globalization;
using System.Net;
using Brig.Engine.Networks;

namespace Brig.Web.Components.Parts;

/// <summary>Where a published port is reached from the browser that looks at the page.</summary>
internal static class PortLinks
{
    /// <summary>
    /// Its address by HTTP, or HTTPS where the container's port is that one's; null where a browser has no way to it: UDP, a range, and what is published for programs of the machine alone
    /// when the page came from another one. Nobody knows whether HTTP is spoken there.
    /// </summary>
    /// <param name="page">The dashboard's own address.</param>
    public static string? Of(PublishedPort port, Uri page)
    {
        if (port.Protocol != PortProtocol.Tcp || port.Count != 1)
        {
            return null;
        }
        string host = page.Host;
        if (port.HostAddress is { } given && IPAddress.TryParse(given, out var address) && !address.Equals(IPAddress.Any) && !address.Equals(IPAddress.IPv6Any))
        {
            if (IPAddress.IsLoopback(address) && !page.IsLoopback)
            {
                return null;
            }
            host = address.AddressFamily == System.Net.Sockets.AddressFamily.InterNetworkV6 ? $"[{address}]" : address.ToString();
        }
        return string.Create(CultureInfo.InvariantCulture, $"{(port.ContainerPort is 443 or 8443 ? "https" : "http")}://{host}:{port.HostPort}/");
    }
}
