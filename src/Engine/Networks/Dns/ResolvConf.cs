using System.Collections.Immutable;
using System.Net;

namespace Brig.Engine.Networks.Dns;

/// <summary>The name servers of a resolv.conf(5), and what it says beside them.</summary>
/// <param name="Servers">All on port 53, in order; where there are none, the one of this machine, as the page says.</param>
/// <param name="Search">Domains to search.</param>
internal sealed record ResolvConf(ImmutableArray<IPEndPoint> Servers, ImmutableArray<string> Search)
{
    public const int Port = 53;

    public static ResolvConf Parse(string text)
    {
        List<IPEndPoint> servers = [];
        ImmutableArray<string> search = [];
        foreach (string line in text.Split('\n'))
        {
            string[] words = line.Split((char[])[' ', '\t', '\r'], StringSplitOptions.RemoveEmptyEntries);
            switch (words)
            {
                case ["nameserver", var server, ..] when IPAddress.TryParse(server, out var address):
                    servers.Add(new(address, Port));
                    break;
                case ["search" or "domain", .. var domains]:
                    search = [.. domains.Where(d => d is not ".")];
                    break;
                default:
                    break;
            }
        }
        return new(servers.Count > 0 ? [.. servers] : [new(IPAddress.Loopback, Port)], search);
    }
}
