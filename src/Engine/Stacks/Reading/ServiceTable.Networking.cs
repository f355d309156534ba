using System.Collections.Immutable;
using System.Net;
using Brig.Engine.Stacks.Yaml;

namespace Brig.Engine.Stacks.Reading;

internal static partial class ServiceTable
{
    public static readonly Shape<ImmutableArray<string>> ExtraHosts = Shapes.OneOf(
        list: Shapes.ListOf(Scalars.Text.To(ExtraHost)),
        map: Shapes.MapOf(Shapes.OneOrMore(Scalars.Text)).To((pairs, node, context) =>
        {
            var lines = pairs.SelectMany(pair => pair.Value.Select(address => $"{pair.Key}:{address}")).Select(line => ExtraHost(line, node, context)).ToArray();
            return (lines.All(line => line.Good), lines.Select(line => line.Value).ToImmutableArray());
        }));

    private static readonly Shape<string> NetworkMode = Scalars.Text.To((mode, node, context) =>
    {
        bool good = mode is "none" or "host" or "bridge" or "default" || mode.StartsWith("service:", StringComparison.Ordinal) || mode.StartsWith("container:", StringComparison.Ordinal);
        if (!good)
        {
            context.Error(node, $"\"{Text.Short(mode)}\" is no network mode; there are none, host, bridge, service:NAME and container:NAME.");
        }
        return (good, mode);
    });

    private static readonly Shape<string> ExposedPort = Scalars.Text.To((text, node, context) =>
    {
        int slash = text.IndexOf('/', StringComparison.Ordinal);
        bool good = PortShapes.TryRange(slash < 0 ? text : text[..slash], out _, out _) && (slash < 0 || text[(slash + 1)..] is "tcp" or "udp" or "sctp");
        if (!good)
        {
            context.Error(node, $"\"{Text.Short(text)}\" is no port; write it as 80 or 80/udp.");
        }
        return (good, text);
    });

    private static void Networking(Table<ServiceDraft> table) => table
        .Of("ports", PortShapes.All, (service, value) => service with { Ports = value }, "Ports of this machine that lead to it.")
        .Of("expose", Shapes.ListOf(ExposedPort), (service, value) => service with { Expose = value }, "For people: services of a network reach all of each other's ports.")
        .Of("networks", NetworkShapes.All, (service, value) => service with { Networks = value }, "The networks it is in; without it the stack's own.")
        .Of("network_mode", NetworkMode, (service, value) => service with { NetworkMode = value }, "none, host, service:NAME or container:NAME in place of networks.")
        .Of("mac_address", NetworkShapes.Mac, (service, value) => service with { MacAddress = value })
        .Of("dns", Shapes.OneOrMore(Scalars.Text), (service, value) => service with { Dns = value }, "Name servers for what is no name of the stack's.")
        .Of("dns_search", Shapes.OneOrMore(Scalars.Text), (service, value) => service with { DnsSearch = value }, "Domains in which a short name is looked for; . alone: none.")
        .Of("dns_opt", Shapes.ListOf(Scalars.Text), (service, value) => service with { DnsOptions = value }, "Options of resolv.conf, as timeout:3.")
        .Of("extra_hosts", ExtraHosts, (service, value) => service with { ExtraHosts = value }, "More lines of /etc/hosts, as name=address.");

    /// <summary><c>name:address</c> or <c>name=address</c>, to the first.</summary>
    private static (bool Good, string Value) ExtraHost(string text, YamlNode node, ReadingContext context)
    {
        int at = text.IndexOf('=', StringComparison.Ordinal);
        at = at < 0 ? text.IndexOf(':', StringComparison.Ordinal) : at;
        string name = at < 0 ? "" : text[..at], address = at < 0 ? "" : text[(at + 1)..].Trim('[', ']');
        if (name.Length == 0 || (address != "host-gateway" && !IPAddress.TryParse(address, out _)))
        {
            context.Error(node, $"\"{Text.Short(text)}\" is no line of /etc/hosts; write it as db=10.0.0.5.");
            return (false, text);
        }
        return (true, $"{name}:{address}");
    }
}
