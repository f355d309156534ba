using System.Collections.Immutable;
using System.Globalization;
using System.Net;
using Brig.Engine.Stacks.Compose;
using Brig.Engine.Stacks.Yaml;

namespace Brig.Engine.Stacks.Reading;

/// <summary>Published ports: <c>[ADDRESS:][PORT[-PORT]:]PORT[-PORT][/PROTOCOL]</c>, or a mapping.</summary>
internal static class PortShapes
{
    private const int MostPorts = 1024;

    private sealed record Long(string? Target, string? Published, string? Address, string Protocol);

    private static readonly Table<Long> LongForm = new Table<Long>("port", "a port", _ => new(null, null, null, "tcp"))
        .Require("target")
        .Add("target", Scalars.Text, (port, value) => port with { Target = value }, "The port in the container.")
        .Add("published", Scalars.Text, (port, value) => port with { Published = value }, "The port on this machine, or a range to take one from.")
        .Add("host_ip", Scalars.Text, (port, value) => port with { Address = value }, "The address of this machine; without it all.")
        .Add("protocol", Scalars.Word(("tcp", "tcp"), ("udp", "udp")), (port, value) => port with { Protocol = value }, "tcp or udp.")
        .Quiet("name", "For people.")
        .Quiet("app_protocol", "For people.")
        .Add("mode", Scalars.Word(("host", true), ("ingress", true)), (port, _) => port, "There is one machine, so both are the same.");

    public static readonly Shape<ImmutableArray<ComposePort>> All = Shapes.ListOf(Shapes.OneOf(
        scalar: Scalars.Text.To(FromShort),
        map: LongForm.To((port, node, context) => Make(port.Target, port.Published, port.Address, port.Protocol, node, context))))
        .To((lists, node, context) =>
        {
            ImmutableArray<ComposePort> all = [.. lists.SelectMany(ports => ports)];
            if (all.Length > MostPorts)
            {
                context.Error(node, $"These are {all.Length} ports; a service has {MostPorts} at most.");
                return (false, []);
            }
            return (true, all);
        });

    public static bool TryRange(string text, out int first, out int last)
    {
        int dash = text.IndexOf('-', StringComparison.Ordinal);
        last = 0;
        bool good = TryPort(dash < 0 ? text : text[..dash], out first);
        return good && TryPort(dash < 0 ? text : text[(dash + 1)..], out last) && first <= last;
    }

    private static (bool Good, ImmutableArray<ComposePort> Value) FromShort(string text, YamlNode node, ReadingContext context)
    {
        int slash = text.LastIndexOf('/');
        string protocol = slash < 0 ? "tcp" : text[(slash + 1)..].ToLowerInvariant();
        string rest = slash < 0 ? text : text[..slash];
        int colon = rest.LastIndexOf(':');
        string target = rest[(colon + 1)..];
        string? published = null, address = null;
        if (colon >= 0)
        {
            rest = rest[..colon];
            colon = rest.LastIndexOf(':');
            bool isAddressOnly = rest.EndsWith(']') || (colon < 0 && rest.Contains('.', StringComparison.Ordinal));
            published = isAddressOnly ? null : rest[(colon + 1)..];
            address = isAddressOnly ? rest : colon < 0 ? null : rest[..colon];
        }
        if (protocol is not ("tcp" or "udp"))
        {
            context.Error(node, $"\"{Text.Short(protocol)}\" is no protocol of a port that Brig publishes; there are tcp and udp.");
            return (false, []);
        }
        return Make(target, published?.Length == 0 ? null : published, address, protocol, node, context);
    }

    private static (bool Good, ImmutableArray<ComposePort> Value) Make(string? target, string? published, string? address, string protocol, YamlNode node, ReadingContext context)
    {
        if (target is null)
        {
            return (false, []);     // told already
        }
        if (!TryRange(target, out int first, out int last))
        {
            context.Error(node, $"\"{Text.Short(target)}\" is no port of a container; write it as 80, 8080:80, 127.0.0.1:8080:80/tcp or 9000-9005:9000-9005.");
            return (false, []);
        }
        int from = 0, to = 0;
        if (published is not null && !TryRange(published, out from, out to))
        {
            context.Error(node, $"\"{Text.Short(published)}\" is no port of this machine; write it as 8080 or 8080-8090.");
            return (false, []);
        }
        string? bare = address is ['[', .. var inner, ']'] ? inner : address;
        if (bare is not null && !IPAddress.TryParse(bare, out _))
        {
            context.Error(node, $"\"{Text.Short(bare)}\" is no address of this machine; write it as 127.0.0.1 or [::1].");
            return (false, []);
        }
        if (bare is "0.0.0.0")
        {
            bare = null;
        }
        int count = last - first + 1;
        if (published is not null && count > 1 && to - from + 1 != count)
        {
            context.Error(node, $"{to - from + 1} ports of this machine cannot lead to {count} of the container; write two ranges of the same length.");
            return (false, []);
        }
        return (true, published is null
            ? [.. Enumerable.Range(first, count).Select(port => new ComposePort(port, null, null, bare, protocol, node.Place))]
            : count == 1
                ? [new ComposePort(first, from, to > from ? to : null, bare, protocol, node.Place)]
                : [.. Enumerable.Range(0, count).Select(i => new ComposePort(first + i, from + i, null, bare, protocol, node.Place))]);
    }

    private static bool TryPort(string text, out int port) => int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out port) && port is > 0 and <= 65535;
}
