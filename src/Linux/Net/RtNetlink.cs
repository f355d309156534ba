using System.Collections.Immutable;
using static Brig.Linux.Libc;

namespace Brig.Linux.Net;

/// <summary>
/// Changes and lists interfaces, addresses and routes of one network namespace over one held socket (rtnetlink(7)); no command is run. Safe to use from several threads.
/// About 10 µs a request; several in one <see cref="Send"/> share the system calls and nothing else: one that fails does not keep the next from being done.
/// </summary>
public sealed class RtNetlink : IDisposable
{
    private readonly NetlinkChannel _channel;

    private RtNetlink(NetlinkChannel channel) => _channel = channel;

    /// <summary>For the namespace we are in.</summary>
    public static RtNetlink Open() => new(new NetlinkChannel(NETLINK_ROUTE));

    public static RtNetlink Open(NetNamespace of) => of.Run(Open);

    /// <summary>Does them in order and waits for the kernel's word on each.</summary>
    /// <exception cref="LinuxException">The first that failed: its call, its object, its errno, and what the kernel says about it.</exception>
    public void Send(params ReadOnlySpan<NetRequest> requests) => _channel.Send(requests);

    /// <summary>All interfaces with their addresses.</summary>
    public ImmutableArray<NetLink> Links() => NetLinks.Parse(
        _channel.Ask(Dump("RTM_GETLINK", new NetlinkMessage(RTM_GETLINK, NLM_F_DUMP).Link(AF_UNSPEC, 0)), dump: true),
        _channel.Ask(Dump("RTM_GETADDR", new NetlinkMessage(RTM_GETADDR, NLM_F_DUMP).Raw(new byte[8])), dump: true));

    /// <summary>One interface, without its addresses; null: there is none of that name.</summary>
    public NetLink? Find(string name) => Find(name, new NetlinkMessage(RTM_GETLINK, 0).Link(AF_UNSPEC, 0).Add(IFLA_IFNAME, name));

    /// <summary>The same by its number.</summary>
    public NetLink? Find(int index) => Find(index.ToString(System.Globalization.CultureInfo.InvariantCulture), new NetlinkMessage(RTM_GETLINK, 0).Link(AF_UNSPEC, index));

    private NetLink? Find(string name, NetlinkMessage message)
    {
        try
        {
            return NetLinks.Parse(_channel.Ask(new("RTM_GETLINK", name, "", "") { Bytes = message.Finish() }, dump: false), []) is [var link, ..] ? link : null;
        }
        catch (LinuxException e) when (e.Errno == Errno.ENODEV)
        {
            return null;
        }
    }

    /// <summary>Those of the main table, IPv4 first.</summary>
    public ImmutableArray<NetRoute> Routes() => NetRoute.Parse(_channel.Ask(Dump("RTM_GETROUTE", new NetlinkMessage(RTM_GETROUTE, NLM_F_DUMP).Raw(new byte[12])), dump: true));

    public void Dispose() => _channel.Dispose();

    private static NetRequest Dump(string call, NetlinkMessage message) => new(call, "all", "", "") { Bytes = message.Finish() };
}
