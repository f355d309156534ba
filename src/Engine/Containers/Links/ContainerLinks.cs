using System.Globalization;
using System.Net.Sockets;
using Brig.Engine.Networks;
using Brig.Linux;
using Brig.Linux.Net;

namespace Brig.Engine.Containers;

/// <summary>Makes and takes away the interfaces of containers, whether they start, run or only have a pinned namespace. Each step is in the birth record, with the command that does the same.</summary>
internal sealed class ContainerLinks(HostNetwork host)
{
    /// <summary>The machine's own, held for everybody.</summary>
    public RtNetlink Machine => host.Links;

    /// <summary>
    /// Has the interface as planned. One that is there, as after a restart, stays when it is exactly that one and still as it was made; else it is made anew: its root inside may have changed it.
    /// </summary>
    /// <param name="isNew">The namespace has just been made, so there is nothing to look for: each look waits for whoever holds the kernel's one lock over interfaces, which takes 20 ms where one is deleted.</param>
    /// <exception cref="LinuxException">The kernel refused; nothing of it is left.</exception>
    public void Attach(ContainerId id, LinkPlan plan, NetNamespace inside, BirthRecorder birth, bool isNew = false)
    {
        string outer = LinkPlan.OuterName(id, plan.Name);
        using var net = Enter(plan, inside, birth);
        if (!isNew && Machine.Find(outer) is { } left)
        {
            if (Difference(left, plan, net) is not { } why)
            {
                Do(birth, Machine, NetRequests.SetSilent(left.Ref, false));
                return;
            }
            var delete = NetRequests.DeleteLink(left.Ref).Tolerating(Errno.ENODEV);
            Do(birth, host.Removing, delete with { Arguments = $"{delete.Arguments}, which is not as it was made: {why}" });
        }
        try
        {
            if (!isNew && net.Find(plan.Name) is { } stranger)
            {
                Do(birth, net, NetRequests.DeleteLink(stranger.Ref).Tolerating(Errno.ENODEV));
            }
            Make(outer, plan, inside, isNew, net, birth);
        }
        catch (LinuxException)
        {
            Detach(id, plan.Name);
            throw;
        }
    }

    /// <summary>Takes both ends away, also of a container that does not run. One that is gone is no error.</summary>
    /// <param name="name">Inside: <c>eth0</c>.</param>
    /// <exception cref="LinuxException">The kernel refused.</exception>
    public void Detach(ContainerId id, string name) => host.Removing.Send(NetRequests.DeleteLink(new(0, LinkPlan.OuterName(id, name))).Tolerating(Errno.ENODEV));

    /// <summary>Nobody is in there: nothing answers from its addresses until the next <see cref="Attach"/>.</summary>
    /// <exception cref="LinuxException">The kernel refused.</exception>
    public void Silence(ContainerId id, NetNamespace inside) => Machine.Send([.. Outer(id, inside).Select(link => NetRequests.SetSilent(link, true).Tolerating(Errno.ENODEV))]);

    private IEnumerable<LinkRef> Outer(ContainerId id, NetNamespace inside)
    {
        string name = LinkPlan.OuterName(id, "eth0");
        foreach (int peer in inside.Links().Select(link => link.Peer).Where(peer => peer > 0))
        {
            if (Machine.Find(peer) is { } link && link.Name.StartsWith(name, StringComparison.Ordinal))
            {
                yield return link.Ref;
            }
        }
    }

    /// <summary>A socket in there. Before the interface is born the namespace's defaults are set: it takes no address and no route from whoever advertises some, and without an address has no IPv6.</summary>
    private static RtNetlink Enter(LinkPlan plan, NetNamespace inside, BirthRecorder birth)
    {
        bool six = plan.Addresses.Any(address => address.Address.AddressFamily == AddressFamily.InterNetworkV6);
        return inside.Run(() =>
        {
            foreach (var (name, value) in (ReadOnlySpan<(string, string)>)[("accept_ra", "0"), ("autoconf", "0"), ("accept_dad", "0"), ("disable_ipv6", six ? "0" : "1")])
            {
                string file = "/proc/sys/net/ipv6/conf/default/" + name;
                if (File.Exists(file))   // not with a kernel without IPv6
                {
                    birth.Do("write", $"\"{file}\", \"{value}\"", $"sysctl -w net.ipv6.conf.default.{name}={value}", () => File.WriteAllText(file, value));
                }
            }
            return RtNetlink.Open();
        });
    }

    private void Make(string outer, LinkPlan plan, NetNamespace inside, bool isNew, RtNetlink net, BirthRecorder birth)
    {
        var port = new LinkRef(0, outer);
        var link = MakePair(port, plan, inside, isNew, net, birth);
        Do(birth, Machine, NetRequests.NoLinkLocal(port));
        if (plan.Isolated || plan.Hairpin)
        {
            Do(birth, Machine, NetRequests.SetPort(port, plan.Isolated, plan.Hairpin));
        }
        Do(birth, Machine, NetRequests.SetUp(port));
        foreach (var (address, prefix) in plan.Addresses)
        {
            Do(birth, net, NetRequests.AddAddress(link, address, prefix));
        }
        Do(birth, net, NetRequests.SetUp(link));
        if (host.Unpaced is { } control)
        {
            foreach (var (address, prefix) in plan.Addresses)
            {
                Do(birth, net, NetRequests.SetCongestion(link, address, prefix, control).Tolerating(Errno.EINVAL));   // without it, it is slower
            }
        }
        foreach (var gateway in plan.Gateways)
        {
            Do(birth, net, NetRequests.AddRoute(link, Everywhere(gateway.AddressFamily), gateway));
        }
    }

    /// <returns>The end inside.</returns>
    private LinkRef MakePair(LinkRef port, LinkPlan plan, NetNamespace inside, bool isNew, RtNetlink net, BirthRecorder birth)
    {
        var pair = NetRequests.AddVeth(new(port.Name, Mtu: plan.Mtu) { Master = plan.Bridge }, new(plan.Name, plan.Mac, plan.Mtu) { In = inside });
        try
        {
            Do(birth, Machine, pair);
        }
        catch (LinuxException e) when (isNew && e.Errno == Errno.EEXIST)
        {
            // The other end is on its way out with a namespace of an earlier start.
            host.Removing.Send(NetRequests.DeleteLink(port).Tolerating(Errno.ENODEV));
            Do(birth, Machine, pair);
        }
        return new(net.Find(plan.Name)?.Index ?? throw new LinuxException("RTM_GETLINK", plan.Name, Errno.ENODEV), plan.Name);
    }

    /// <returns>What is not as planned; null: nothing.</returns>
    private static string? Difference(NetLink outer, LinkPlan plan, RtNetlink net)
    {
        var inside = net.Links();
        if (inside.FirstOrDefault(link => link.Name == plan.Name) is not { } link)
        {
            return $"no {plan.Name} inside";
        }
        if (outer.Master != plan.Bridge.Index || !outer.IsUp || !link.IsUp)
        {
            return "down, or not in its bridge";
        }
        if (link.Peer != outer.Index || outer.Peer != link.Index || link.HardwareAddress != plan.Mac.ToString() || (plan.Mtu > 0 && link.Mtu != plan.Mtu))
        {
            return "another interface, MAC or MTU";
        }
        var wanted = plan.Addresses.Select(address => string.Create(CultureInfo.InvariantCulture, $"{address.Address}/{address.PrefixLength}")).ToHashSet();
        var found = link.Addresses.Where(address => !address.StartsWith("fe80:", StringComparison.Ordinal)).ToList();
        if (!wanted.SetEquals(found))
        {
            return $"has {string.Join(", ", found)}";
        }
        var routes = net.Routes();
        return plan.Gateways.FirstOrDefault(gateway => !routes.Any(route => route.Index == link.Index && gateway.Equals(route.Gateway) && route.To == Everywhere(gateway.AddressFamily))) is { } lost
            ? $"no route by {lost}" : null;
    }

    private static System.Net.IPNetwork Everywhere(AddressFamily family) =>
        family == AddressFamily.InterNetworkV6 ? new(System.Net.IPAddress.IPv6Any, 0) : new(System.Net.IPAddress.Any, 0);

    private static void Do(BirthRecorder birth, RtNetlink net, NetRequest request) => birth.Do(request.Call, request.Arguments, request.Shell, () => net.Send(request));
}
