using System.Globalization;
using System.Net;
using System.Net.Sockets;
using static Brig.Linux.Libc;

namespace Brig.Linux.Net;

/// <summary>An interface. By its number; 0: not known, then by its name.</summary>
public readonly record struct LinkRef(int Index, string Name);

/// <summary>One end of a veth(4) pair as it is born.</summary>
/// <param name="Mac">Null: the kernel chooses.</param>
/// <param name="Mtu">Bytes; 0: 1,500.</param>
public sealed record VethEnd(string Name, MacAddress? Mac = null, int Mtu = 0)
{
    /// <summary>The bridge it is a port of.</summary>
    public LinkRef? Master { get; init; }

    /// <summary>The kernel refuses it of the peer: ENOTCONN, for that one is made first.</summary>
    public bool Up { get; init; }

    /// <summary>Where it is born; null: where the socket is.</summary>
    public NetNamespace? In { get; init; }
}

/// <summary>Messages of rtnetlink(7) that change something, for <see cref="RtNetlink.Send"/>.</summary>
public static class NetRequests
{
    private const uint Up = 1;

    /// <summary>BR_STATE_DISABLED and BR_STATE_FORWARDING.</summary>
    private const byte Disabled = 0, Forwarding = 3;

    /// <summary>struct br_boolopt_multi: values, then which of them are meant; u32 each, of this machine's order.</summary>
    private static readonly byte[] NotLearning = [.. BitConverter.GetBytes(1u << BR_BOOLOPT_NO_LL_LEARN), .. BitConverter.GetBytes(1u << BR_BOOLOPT_NO_LL_LEARN)];

    /// <summary>
    /// EEXIST: the name is taken. It learns nothing from frames to 01:80:c2:00:00:0x: those come past the rules of the bridge family (br_handle_frame), so whom they say they are from is not checked.
    /// </summary>
    public static NetRequest AddBridge(string name, MacAddress? mac = null, int mtu = 0)
    {
        var message = new NetlinkMessage(RTM_NEWLINK, NLM_F_ACK | NLM_F_CREATE | NLM_F_EXCL).Link(AF_UNSPEC, 0).Add(IFLA_IFNAME, name);
        Common(message, mac, mtu);
        message.Nest(IFLA_LINKINFO, info => info.Add(IFLA_INFO_KIND, "bridge").Nest(IFLA_INFO_DATA, data => data.Add(IFLA_BR_MULTI_BOOLOPT, NotLearning)));
        return Make("RTM_NEWLINK", name, $"\"{name}\", bridge{Text(mac, mtu)}", $"ip link add {name}{Shell(mac, mtu)} type bridge no_linklocal_learn 1", message);
    }

    /// <summary>
    /// Both ends at once, each under its last name where it belongs; EEXIST: one of the names is taken. What fails leaves neither.
    /// </summary>
    public static NetRequest AddVeth(VethEnd end, VethEnd peer)
    {
        var message = new NetlinkMessage(RTM_NEWLINK, NLM_F_ACK | NLM_F_CREATE | NLM_F_EXCL);
        Write(message, end);
        message.Nest(IFLA_LINKINFO, info => info.Add(IFLA_INFO_KIND, "veth").Nest(IFLA_INFO_DATA, data => data.Nest(VETH_INFO_PEER, inner => Write(inner, peer))));
        string place = peer.In is { } there ? $" in net:[{there.Number}]" : "";
        string shell = $"ip link add {end.Name}{Shell(end.Mac, end.Mtu)} type veth peer name {peer.Name}{Shell(peer.Mac, peer.Mtu)}{(peer.In is null ? "" : " netns …")}";
        if (end.Master is { } master)
        {
            shell += $"; ip link set {end.Name} master {master.Name}";
        }
        return Make("RTM_NEWLINK", end.Name, $"\"{end.Name}\"{Text(end.Mac, end.Mtu)}, veth, \"{peer.Name}\"{Text(peer.Mac, peer.Mtu)}{place}", end.Up ? $"{shell} up" : shell, message);
    }

    public static NetRequest SetUp(LinkRef link) =>
        Make("RTM_SETLINK", link.Name, $"\"{link.Name}\", IFF_UP", $"ip link set {link.Name} up", Named(new NetlinkMessage(RTM_SETLINK, NLM_F_ACK).Link(AF_UNSPEC, link.Index, Up, Up), link));

    /// <summary>EBUSY: it is up and the kernel is too old to rename it then (before 6.2).</summary>
    public static NetRequest Rename(LinkRef link, string name)
    {
        var message = new NetlinkMessage(RTM_SETLINK, NLM_F_ACK).Link(AF_UNSPEC, link.Index).Add(IFLA_IFNAME, name);
        return Make("RTM_SETLINK", link.Name, $"\"{link.Name}\", IFLA_IFNAME \"{name}\"", $"ip link set {link.Name} name {name}", message);
    }

    /// <param name="master">Null: out of the bridge it is in.</param>
    public static NetRequest SetMaster(LinkRef link, LinkRef? master)
    {
        var message = Named(new NetlinkMessage(RTM_SETLINK, NLM_F_ACK).Link(AF_UNSPEC, link.Index), link).Add(IFLA_MASTER, (uint)(master?.Index ?? 0));
        return Make("RTM_SETLINK", link.Name, $"\"{link.Name}\", IFLA_MASTER \"{master?.Name}\"",
            master is { } bridge ? $"ip link set {link.Name} master {bridge.Name}" : $"ip link set {link.Name} nomaster", message);
    }

    /// <summary>It gives itself no link-local IPv6 address. Before it is up. EAFNOSUPPORT: a kernel without IPv6, which is tolerated.</summary>
    public static NetRequest NoLinkLocal(LinkRef link)
    {
        var message = Named(new NetlinkMessage(RTM_SETLINK, NLM_F_ACK).Link(AF_UNSPEC, link.Index), link)
            .Nest(IFLA_AF_SPEC, each => each.Nest(AF_INET6, six => six.Add(IFLA_INET6_ADDR_GEN_MODE, IN6_ADDR_GEN_MODE_NONE)));
        return Make("RTM_SETLINK", link.Name, $"\"{link.Name}\", IN6_ADDR_GEN_MODE_NONE", $"ip link set {link.Name} addrgenmode none", message).Tolerating(97);
    }

    /// <summary>Of a bridge's port.</summary>
    /// <param name="isolated">It and other isolated ports do not hear each other.</param>
    /// <param name="hairpin">What came from it may go back to it.</param>
    public static NetRequest SetPort(LinkRef link, bool? isolated = null, bool? hairpin = null)
    {
        var message = Named(new NetlinkMessage(RTM_NEWLINK, NLM_F_ACK).Link(AF_UNSPEC, link.Index), link)
            .Nest(IFLA_LINKINFO, info => info.Add(IFLA_INFO_SLAVE_KIND, "bridge").Nest(IFLA_INFO_SLAVE_DATA, port =>
            {
                Option(port, IFLA_BRPORT_MODE, hairpin);
                Option(port, IFLA_BRPORT_ISOLATED, isolated);
            }));
        string text = Text("isolated", isolated) + Text("hairpin", hairpin);
        return Make("RTM_NEWLINK", link.Name, $"\"{link.Name}\", bridge_slave{text}", $"ip link set {link.Name} type bridge_slave{text}", message);

        static void Option(NetlinkMessage port, ushort type, bool? value)
        {
            if (value is { } on)
            {
                port.Add(type, on ? (byte)1 : (byte)0);
            }
        }

        static string Text(string name, bool? value) => value is { } on ? $" {name} {(on ? "on" : "off")}" : "";
    }

    /// <summary>
    /// A bridge's port through which nothing goes, in either direction; and again everything, which is ENETDOWN while it or its peer is down. At once, where taking an interface down keeps the
    /// kernel's lock over all of them for some milliseconds.
    /// </summary>
    /// <param name="link">By number.</param>
    public static NetRequest SetSilent(LinkRef link, bool silent)
    {
        var message = new NetlinkMessage(RTM_SETLINK, NLM_F_ACK).Link(AF_BRIDGE, link.Index).Nest(IFLA_PROTINFO, port => port.Add(IFLA_BRPORT_STATE, silent ? Disabled : Forwarding), marked: true);
        return Make("RTM_SETLINK", link.Name, $"\"{link.Name}\", port {(silent ? "disabled" : "forwarding")}", $"bridge link set dev {link.Name} state {(silent ? 0 : 3)}", message);
    }

    /// <summary>With its peer, its addresses and its routes. ENODEV: there is none.</summary>
    public static NetRequest DeleteLink(LinkRef link) => Make("RTM_DELLINK", link.Name, $"\"{link.Name}\"", $"ip link delete {link.Name}",
        Named(new NetlinkMessage(RTM_DELLINK, NLM_F_ACK).Link(AF_UNSPEC, link.Index), link));

    /// <summary>An IPv6 address is there at once: nobody else has it, so nobody is asked. EEXIST: it is there already.</summary>
    /// <param name="link">By number.</param>
    public static NetRequest AddAddress(LinkRef link, IPAddress address, int prefix) => Address(RTM_NEWADDR, NLM_F_CREATE | NLM_F_EXCL, "add", link, address, prefix);

    /// <summary>EADDRNOTAVAIL: it is not there.</summary>
    /// <param name="link">By number.</param>
    public static NetRequest DeleteAddress(LinkRef link, IPAddress address, int prefix) => Address(RTM_DELADDR, 0, "delete", link, address, prefix);

    /// <param name="to">0.0.0.0/0 or ::/0: the default.</param>
    /// <param name="gateway">Null: who is meant is on the link itself.</param>
    /// <param name="metric">The smaller one wins; 0: the kernel's own.</param>
    public static NetRequest AddRoute(LinkRef link, IPNetwork to, IPAddress? gateway = null, int metric = 0) =>
        Route(RTM_NEWROUTE, NLM_F_CREATE | NLM_F_EXCL, "add", link, to, gateway, metric);

    /// <summary>The route to its neighbours, which came with an address, again as it was, and with a congestion control for connections that go by it (tcp(7)). EINVAL: the kernel has none of that name.</summary>
    /// <param name="link">By number; it is up.</param>
    public static NetRequest SetCongestion(LinkRef link, IPAddress address, int prefix, string control)
    {
        bool six = address.AddressFamily == AddressFamily.InterNetworkV6;
        var to = new IPNetwork(Masked(address, prefix), prefix);
        byte[] head = [(byte)(six ? AF_INET6 : AF_INET), (byte)prefix, 0, 0, RT_TABLE_MAIN, RTPROT_KERNEL, six ? RT_SCOPE_UNIVERSE : RT_SCOPE_LINK, RTN_UNICAST, 0, 0, 0, 0];
        var message = new NetlinkMessage(RTM_NEWROUTE, NLM_F_ACK | NLM_F_CREATE | NLM_F_REPLACE).Raw(head).Add(RTA_OIF, (uint)link.Index).Add(RTA_DST, to.BaseAddress)
            .Nest(RTA_METRICS, metrics => metrics.Add(RTAX_CC_ALGO, control));
        _ = six ? message.Add(RTA_PRIORITY, (uint)256) : message.Add(RTA_PREFSRC, address);
        string text = $"{to} dev {link.Name} proto kernel {(six ? "metric 256" : $"scope link src {address}")} congctl {control}";
        return Make("RTM_NEWROUTE", text, text, $"ip {(six ? "-6 " : "")}route replace {text}", message);
    }

    /// <summary>ESRCH: it is not there.</summary>
    public static NetRequest DeleteRoute(LinkRef link, IPNetwork to, IPAddress? gateway = null, int metric = 0) => Route(RTM_DELROUTE, 0, "delete", link, to, gateway, metric);

    private static NetRequest Address(ushort type, int flags, string verb, LinkRef link, IPAddress address, int prefix)
    {
        bool six = address.AddressFamily == AddressFamily.InterNetworkV6;
        byte[] head = [(byte)(six ? AF_INET6 : AF_INET), (byte)prefix, 0, RT_SCOPE_UNIVERSE, .. BitConverter.GetBytes(link.Index)];
        var message = new NetlinkMessage(type, NLM_F_ACK | flags).Raw(head).Add(IFA_LOCAL, address).Add(IFA_ADDRESS, address);
        if (six && type == RTM_NEWADDR)
        {
            message.Add(IFA_FLAGS, IFA_F_NODAD);
        }
        string text = string.Create(CultureInfo.InvariantCulture, $"{address}/{prefix}");
        return Make(type == RTM_NEWADDR ? "RTM_NEWADDR" : "RTM_DELADDR", $"{link.Name} {text}", $"\"{link.Name}\", {text}", $"ip address {verb} {text} dev {link.Name}", message);
    }

    private static IPAddress Masked(IPAddress address, int prefix)
    {
        byte[] bytes = address.GetAddressBytes();
        for (int i = 0; i < bytes.Length; i++)
        {
            bytes[i] &= (byte)(0xFF00 >> Math.Clamp(prefix - 8 * i, 0, 8));
        }
        return new(bytes);
    }

    private static NetRequest Route(ushort type, int flags, string verb, LinkRef link, IPNetwork to, IPAddress? gateway, int metric)
    {
        bool six = to.BaseAddress.AddressFamily == AddressFamily.InterNetworkV6;
        byte scope = gateway is null && !six ? RT_SCOPE_LINK : RT_SCOPE_UNIVERSE;
        byte[] head = [(byte)(six ? AF_INET6 : AF_INET), (byte)to.PrefixLength, 0, 0, RT_TABLE_MAIN, RTPROT_BOOT, scope, RTN_UNICAST, 0, 0, 0, 0];
        var message = new NetlinkMessage(type, NLM_F_ACK | flags).Raw(head).Add(RTA_OIF, (uint)link.Index);
        if (to.PrefixLength > 0)
        {
            message.Add(RTA_DST, to.BaseAddress);
        }
        if (gateway is not null)
        {
            message.Add(RTA_GATEWAY, gateway);
        }
        if (metric > 0)
        {
            message.Add(RTA_PRIORITY, (uint)metric);
        }
        string text = $"{(to.PrefixLength == 0 ? "default" : to)}{(gateway is null ? "" : $" via {gateway}")} dev {link.Name}{(metric > 0 ? $" metric {metric}" : "")}";
        return Make(type == RTM_NEWROUTE ? "RTM_NEWROUTE" : "RTM_DELROUTE", text, text, $"ip {(six ? "-6 " : "")}route {verb} {text}", message);
    }

    private static void Write(NetlinkMessage message, VethEnd end)
    {
        message.Link(AF_UNSPEC, 0, end.Up ? Up : 0, end.Up ? Up : 0).Add(IFLA_IFNAME, end.Name);
        Common(message, end.Mac, end.Mtu);
        if (end.Master is { } master)
        {
            message.Add(IFLA_MASTER, (uint)master.Index);
        }
        if (end.In is { } there)
        {
            message.Add(IFLA_NET_NS_FD, (uint)there.Descriptor);
        }
    }

    private static void Common(NetlinkMessage message, MacAddress? mac, int mtu)
    {
        if (mac is { } address)
        {
            message.Add(IFLA_ADDRESS, address.ToBytes());
        }
        if (mtu > 0)
        {
            message.Add(IFLA_MTU, (uint)mtu);
        }
    }

    private static NetlinkMessage Named(NetlinkMessage message, LinkRef link) => link.Index == 0 ? message.Add(IFLA_IFNAME, link.Name) : message;

    private static string Text(MacAddress? mac, int mtu) => $"{(mac is { } address ? $", {address}" : "")}{(mtu > 0 ? string.Create(CultureInfo.InvariantCulture, $", mtu {mtu}") : "")}";

    private static string Shell(MacAddress? mac, int mtu) => $"{(mac is { } address ? $" address {address}" : "")}{(mtu > 0 ? string.Create(CultureInfo.InvariantCulture, $" mtu {mtu}") : "")}";

    private static NetRequest Make(string call, string about, string arguments, string shell, NetlinkMessage message) =>
        new(call, about, arguments, shell) { Bytes = message.Finish() };
}
