using System.Collections.Immutable;
using System.Text.RegularExpressions;
using Brig.Engine.Networks.Rules;
using Brig.Linux.Net;

namespace Brig.Engine.Networks;

/// <summary>
/// The machine forwards packets while a network needs it. What was turned on is written into the kernel beside it, as a table without rules, which all Brigs of the machine read and which is gone when
/// the settings are: with the namespace or the machine. The last Brig with networks puts it back. Used under the wiring's lock.
/// </summary>
internal sealed partial class Forwarding(HostNetwork host, EnginePaths paths)
{
    private const string Table = "brig-forwarding", Ipv4 = "ipv4/ip_forward", Ipv6 = "ipv6/conf/all/forwarding";

    /// <summary>What this engine turned on itself, for when somebody flushes all tables.</summary>
    private readonly HashSet<(string Set, string Element)> _noted = [];

    public void Need(Network network)
    {
        if (host.Setting(Ipv4) == "0")
        {
            Note("turned_on", "ipv4");
            host.Set((Ipv4, "1"));
        }
        if (network.Plan.Ipv6 is not null && host.Setting(Ipv6) == "0")
        {
            // A machine that forwards takes no more routes from its routers, unless it is told to (ip-sysctl: accept_ra=2).
            foreach (string link in host.Links.Links().Select(link => link.Name).Where(link => host.Setting($"ipv6/conf/{link}/accept_ra") == "1"))
            {
                Note("accept_ra", link);
                host.Set(($"ipv6/conf/{link}/accept_ra", "2"));
            }
            Note("turned_on", "ipv6");
            host.Set((Ipv6, "1"));
        }
    }

    /// <summary>Puts back what was turned on, unless another Brig has networks, or another bridge of the machine lives from it by now.</summary>
    public void NotNeeded()
    {
        Renew();
        var tables = Chains.Tables(host.Rules);
        if (!tables.Contains(("inet", Table)) || tables.Any(table => BrigTable().IsMatch(table.Name) && table.Name != paths.Instance)
            || host.Links.Links().Any(link => link.Kind == "bridge" && link.IsUp && link.Addresses.Any(address => !address.StartsWith("fe80", StringComparison.Ordinal)) && !link.Name.StartsWith("br-", StringComparison.Ordinal)))
        {
            return;
        }
        var on = Chains.Elements(host.Rules, "inet", Table, "turned_on");
        if (on.Contains("ipv4"))
        {
            host.Set((Ipv4, "0"));
        }
        if (on.Contains("ipv6"))
        {
            host.Set((Ipv6, "0"));
        }
        foreach (string link in Chains.Elements(host.Rules, "inet", Table, "accept_ra"))
        {
            host.Set(($"ipv6/conf/{link}/accept_ra", "1"));
        }
        host.Rules.Run($"delete table inet {Table}\n");
        _noted.Clear();
    }

    /// <summary>Writes it down anew when it was flushed.</summary>
    public void Renew()
    {
        if (_noted.Count > 0 && !Chains.Tables(host.Rules).Contains(("inet", Table)))
        {
            foreach (var (set, element) in _noted)
            {
                Write(set, element);
            }
        }
    }

    private void Note(string set, string element)
    {
        Write(set, element);
        _noted.Add((set, element));
    }

    private void Write(string set, string element) => host.Rules.Run($$"""
        table inet {{Table}} { comment "What Brig turned on, to be put back"; set turned_on { type ifname; }; set accept_ra { type ifname; }; }
        add element inet {{Table}} {{set}} { "{{element}}" }

        """);

    [GeneratedRegex("^brig-[0-9a-f]{8}\\z", RegexOptions.CultureInvariant)]
    private static partial Regex BrigTable();
}
