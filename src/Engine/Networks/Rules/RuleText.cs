using System.Collections.Immutable;
using System.Globalization;
using System.Text;
using Brig.Engine.Networks.Addresses;
using Brig.Linux.Net;

namespace Brig.Engine.Networks.Rules;

/// <summary>
/// The rules of one Brig as nft(8) reads them: docs/networks.md draws the way of a packet through them. They are written once; networks, cables and ports are elements of
/// their sets and maps, so the five hundredth container costs a packet what the first does.
/// </summary>
/// <param name="Table">The name of both tables: <c>brig-</c> and eight hex digits.</param>
/// <param name="OwnPorts">Where Brig itself listens, by TCP.</param>
internal sealed record RuleText(string Table, ImmutableArray<int> OwnPorts)
{
    /// <summary>
    /// Both tables with their chains and empty sets, in place of what is there; in one transaction with the elements that follow no packet sees less than all of it.
    /// Frames to 01:80:c2:00:00:0x are handed to the cable's end by the bridge, past all rules of its family (br_handle_frame): so no packet may come from there.
    /// What another machine sends to 127.0.0.1 must not be translated: it would not be a martian any more.
    /// </summary>
    public string Frame(string comment) => $$"""
        add table inet {{Table}}
        delete table inet {{Table}}
        add table bridge {{Table}}
        delete table bridge {{Table}}
        table inet {{Table}} {
          comment "{{comment}}"
          set bridges { type ifname; }
          set cables { type ifname; }
          set internal { type ifname; }
          set open { type ifname; }
          set guarded { type ifname; }
          set trusted { type ifname; }
          set same { type ifname . ifname; }
          set masked4 { type ipv4_addr; flags interval; }
          set masked6 { type ipv6_addr; flags interval; }
          set own4 { type ipv4_addr . ifname; flags interval; }
          set own6 { type ipv6_addr . ifname; flags interval; }
          map ports4 { type inet_proto . inet_service : ipv4_addr . inet_service; }
          map ports6 { type inet_proto . inet_service : ipv6_addr . inet_service; }
          map ports4_at { type ipv4_addr . inet_proto . inet_service : ipv4_addr . inet_service; }
          map ports6_at { type ipv6_addr . inet_proto . inet_service : ipv6_addr . inet_service; }
          chain early {
            type filter hook prerouting priority raw; policy accept;
            iifname @cables drop
            iifname @bridges ip daddr 127.0.0.0/8 drop
            iifname @bridges ip saddr 127.0.0.0/8 drop
          }
          chain arrives {
            type nat hook prerouting priority dstnat; policy accept;
            iifname @internal accept
            ip daddr 127.0.0.0/8 accept
            fib daddr type local jump published
          }
          chain begins {
            type nat hook output priority -100; policy accept;
            fib daddr type local jump published
          }
          chain published {
            meta l4proto != { tcp, udp } return
            dnat ip to ip daddr . meta l4proto . th dport map @ports4_at
            dnat ip to meta l4proto . th dport map @ports4
            ip6 daddr ::1 return
            dnat ip6 to ip6 daddr . meta l4proto . th dport map @ports6_at
            dnat ip6 to meta l4proto . th dport map @ports6
          }
          chain departs {
            type nat hook postrouting priority srcnat; policy accept;
            oifname @bridges goto back
            ip saddr @masked4 masquerade
            ip6 saddr @masked6 masquerade
          }
          chain back {
            ct status dnat ip saddr 127.0.0.0/8 masquerade
            ct status dnat ip saddr . oifname @own4 masquerade
            ct status dnat ip6 saddr . oifname @own6 masquerade
          }
          chain passes {
            type filter hook forward priority filter; policy accept;
            oifname @bridges goto inward
            iifname @internal drop
          }
          chain inward {
            iifname . oifname @same accept
            iifname @internal drop
            oifname @internal drop
            ct state established,related accept
            ct status dnat accept
            iifname @open oifname @open accept
            drop
          }
          chain ends {
            type filter hook input priority filter; policy accept;
            iifname @guarded goto guard
            {{Own}}
          }
          chain guard {
            ct state established,related accept
            meta l4proto { icmp, ipv6-icmp } accept
            drop
          }
        }
        table bridge {{Table}} {
          comment "{{comment}}"
          set ports { type ifname; }
          set own4 { type ifname . ether_addr . ipv4_addr; }
          set own6 { type ifname . ether_addr . ipv6_addr; }
          set told6 { typeof iifname . @th,64,128; }
          chain first {
            type filter hook prerouting priority -300; policy accept;
            iifname @ports goto cable
          }
          chain cable {
            ether type ip iifname . ether saddr . ip saddr @own4 accept
            ether type arp iifname . arp saddr ether . arp saddr ip @own4 iifname . ether saddr . arp saddr ip @own4 accept
            ether type ip6 icmpv6 type { nd-router-advert, nd-redirect } drop
            ether type ip6 icmpv6 type nd-neighbor-advert iifname . @th,64,128 != @told6 drop
            ether type ip6 iifname . ether saddr . ip6 saddr @own6 accept
            ether type ip6 ip6 saddr :: icmpv6 type { nd-neighbor-solicit, mld-listener-report, mld2-listener-report } accept
            drop
          }
        }

        """;

    /// <summary>Whoever reaches the port of Brig can try to become root of this machine, so containers do only where that was asked for.</summary>
    private string Own => OwnPorts.IsEmpty ? "" : $"iifname @bridges iifname != @trusted tcp dport {{ {string.Join(", ", OwnPorts)} }} drop";

    public string Away() => $$"""
        add table inet {{Table}}
        delete table inet {{Table}}
        add table bridge {{Table}}
        delete table bridge {{Table}}

        """;

    /// <param name="verb"><c>add</c> or <c>delete</c>.</param>
    public string Network(string verb, Network network)
    {
        var (text, bridge) = (new StringBuilder(), $"\"{network.Plan.Bridge}\"");
        void Element(string set, string element) => text.Append(CultureInfo.InvariantCulture, $"{verb} element inet {Table} {set} {{ {element} }}\n");
        Element("bridges", bridge);
        Element("same", $"{bridge} . {bridge}");
        if (network.Spec.Internal)
        {
            Element("internal", bridge);
        }
        else if (!network.Spec.Isolated)
        {
            Element("open", bridge);
        }
        if (!(network.Spec.ReachHost ?? !network.Spec.Internal))
        {
            Element("guarded", bridge);
        }
        else if (network.Spec.ReachHost == true)
        {
            Element("trusted", bridge);
        }
        foreach (var (subnet, family) in new[] { (network.Plan.Ipv4, "4"), (network.Plan.Ipv6, "6") })
        {
            if (subnet is not null)
            {
                Element("own" + family, $"{subnet.Subnet} . {bridge}");
                if (network.Spec.Masquerade && !network.Spec.Internal)
                {
                    Element("masked" + family, subnet.Subnet);
                }
            }
        }
        return text.ToString();
    }

    /// <summary>Who may send what from this cable.</summary>
    /// <param name="link">Its end on the machine.</param>
    public string Cable(string verb, string link, Endpoint endpoint)
    {
        var text = new StringBuilder();
        void Element(string set, string element) => text.Append(CultureInfo.InvariantCulture, $"{verb} element bridge {Table} {set} {{ {element} }}\n");
        Element("ports", $"\"{link}\"");
        text.Append(CultureInfo.InvariantCulture, $"{verb} element inet {Table} cables {{ \"{link}\" }}\n");
        if (endpoint.Ipv4 is { } ipv4)
        {
            Element("own4", $"\"{link}\" . {endpoint.Mac} . {ipv4}");
        }
        if (endpoint.Ipv6 is { } ipv6 && MacAddress.TryParse(endpoint.Mac, out var mac))
        {
            foreach (var address in new[] { System.Net.IPAddress.Parse(ipv6), LinkLocal.Of(mac) })
            {
                Element("own6", $"\"{link}\" . {endpoint.Mac} . {address}");
                Element("told6", $"\"{link}\" . 0x{Convert.ToHexStringLower(address.GetAddressBytes())}");
            }
        }
        return text.ToString();
    }

    /// <summary>One port of the machine to one of the container, in every family that both have.</summary>
    public string Port(string verb, PublishedPort port, Endpoint endpoint)
    {
        var text = new StringBuilder();
        foreach (var (family, to) in new[] { ("4", endpoint.Ipv4), ("6", endpoint.Ipv6) })
        {
            if (to is null || (port.HostAddress is { } at && at.Contains(':', StringComparison.Ordinal) != (family == "6")))
            {
                continue;
            }
            string protocol = port.Protocol == PortProtocol.Tcp ? "tcp" : "udp";
            for (int i = 0; i < port.Count; i++)
            {
                string key = string.Create(CultureInfo.InvariantCulture, $"{protocol} . {port.HostPort + i}");
                string value = verb == "delete" ? "" : string.Create(CultureInfo.InvariantCulture, $" : {to} . {port.ContainerPort + i}");
                string element = port.HostAddress is { } address ? $"ports{family}_at {{ {address} . {key}{value} }}" : $"ports{family} {{ {key}{value} }}";
                text.Append(CultureInfo.InvariantCulture, $"{verb} element inet {Table} {element}\n");
            }
        }
        return text.ToString();
    }
}
