using System.Collections.Frozen;
using System.Net;
using Brig.Web.Options;

namespace Brig.Web.Auth;

/// <summary>
/// The names Brig answers to. A page elsewhere can point a name of its own at our address (DNS rebinding) and then counts as same origin;
/// it cannot choose the Host header, so a name nobody configured is refused.
/// </summary>
internal sealed class AllowedHosts(BrigOptions options)
{
    private readonly FrozenSet<string> _names = options.Hosts
        .Concat(options.Urls.Select(url => url.Host))
        .Append("localhost")
        .Append(Environment.MachineName)
        .ToFrozenSet(StringComparer.OrdinalIgnoreCase);

    /// <summary>An address cannot be rebound, so all of them are good where Brig listens beyond loopback.</summary>
    private readonly bool _anyAddress = !options.Urls.All(url => url.IsLoopback);

    public bool Contains(HostString host) =>
        _names.Contains(host.Host) || IPAddress.TryParse(host.Host, out var address) && (_anyAddress || IPAddress.IsLoopback(address));
}
