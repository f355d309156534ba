using System.Net;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;

namespace Brig.Web.Auth;

/// <summary>Where a browser on this machine finds Brig, known once the server listens.</summary>
public sealed class LoginAddress(IServer server, LoginLinks links)
{
    /// <summary>For example <c>http://127.0.0.1:8620/login?token=…</c>, with a new one-time token.</summary>
    public string NewLink() => $"{Base()}/login?token={links.NewToken()}";

    /// <summary>The first address it listens on; one that stands for every interface is shown as localhost.</summary>
    private string Base()
    {
        string listening = server.Features.Get<IServerAddressesFeature>()?.Addresses.FirstOrDefault()
            ?? throw new InvalidOperationException("The server does not listen yet.");
        var url = new Uri(listening);
        bool everywhere = IPAddress.TryParse(url.Host, out var address) && (address.Equals(IPAddress.Any) || address.Equals(IPAddress.IPv6Any));
        return everywhere ? $"{url.Scheme}://localhost:{url.Port}" : url.GetLeftPart(UriPartial.Authority);
    }
}
