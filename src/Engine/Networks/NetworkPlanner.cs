using System.Collections.Immutable;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Text;
using System.Text.RegularExpressions;
using Brig.Engine.Containers;
using Brig.Engine.Networks.Addresses;

namespace Brig.Engine.Networks;

/// <summary>From what was asked of a network to its addresses: everything that can be wrong is said here, before anything is made.</summary>
internal static partial class NetworkPlanner
{
    public const int DefaultMtu = 1500;

    /// <summary>The least every link must carry: RFC 791 and RFC 8200.</summary>
    private const int LeastMtu = 576, LeastIpv6Mtu = 1280, MostMtu = 65535;

    /// <summary>What no network may be: unspecified, loopback, link-local, multicast and reserved (RFC 6890).</summary>
    private static readonly ImmutableArray<Subnet> Special =
    [
        .. new[] { "0.0.0.0/8", "127.0.0.0/8", "169.254.0.0/16", "224.0.0.0/3", "::/128", "::1/128", "fe80::/10", "ff00::/8" }
            .Select(text => Subnet.TryCover(text)!.Value),
    ];

    /// <exception cref="EngineException">Invalid.</exception>
    public static void Check(NetworkSpec spec)
    {
        if (spec.Name is { } name)
        {
            Names.Check(name);
            if (name is "host" or "none" or "bridge" or "container")
            {
                throw EngineException.Invalid($"No network can be called \"{name}\": that word already means something where networks are named.");
            }
        }
        var subnets = spec.Subnets.Select(Parse).ToArray();
        foreach (var family in (AddressFamily[])[AddressFamily.InterNetwork, AddressFamily.InterNetworkV6])
        {
            if (subnets.Count(subnet => subnet.Family == family) > 1)
            {
                throw EngineException.Invalid($"A network has one subnet of each family; two of {Word(family)} were given.");
            }
        }
        if (!spec.EnableIpv6 && subnets.Any(subnet => !subnet.IsIpv4))
        {
            throw EngineException.Invalid("A subnet of IPv6 was given, but enableIPv6 is off; turn it on.");
        }
        int least = spec.EnableIpv6 ? LeastIpv6Mtu : LeastMtu;
        if (spec.Mtu is { } mtu && (mtu < least || mtu > MostMtu))
        {
            throw EngineException.Invalid($"The MTU must be from {least} to {MostMtu} bytes{(spec.EnableIpv6 ? " in a network with IPv6" : "")}; it is {mtu}.");
        }
        if (spec.Bridge is { } bridge && !BridgeRule().IsMatch(bridge))
        {
            throw EngineException.Invalid($"\"{Text.Short(bridge)}\" cannot be the name of a bridge: 1 to 15 letters, digits, '_', '.' and '-', beginning with a letter, and not as Brig's own (br-1a2b3c4d) and its cables are (bv…).");
        }
        foreach (string label in spec.Labels.Keys.Where(string.IsNullOrWhiteSpace))
        {
            throw EngineException.Invalid("A label has no name.");
        }
        for (int i = 0; i < subnets.Length; i++)
        {
            Plan(subnets[i], spec.Subnets[i]);
        }
    }

    /// <param name="taken">Subnets of others, each with whose it is, as a sentence goes on: <c>network "web"</c>, <c>a route of this machine by eth0</c>.</param>
    /// <param name="own">What this Brig makes IPv6 subnets of.</param>
    /// <exception cref="EngineException">Conflict: an overlap, or nothing is left.</exception>
    public static NetworkPlan Plan(NetworkSpec spec, string bridge, AddressPools pools, Subnet own, IReadOnlyCollection<TakenSubnet> taken)
    {
        SubnetPlan Of(AddressFamily family)
        {
            var asked = spec.Subnets.FirstOrDefault(subnet => Parse(subnet).Family == family);
            if (asked is not null)
            {
                var subnet = Parse(asked);
                return taken.FirstOrDefault(other => other.Subnet.Overlaps(subnet)) is { } other
                    ? throw EngineException.Conflict($"The subnet {subnet} overlaps with {other.Subnet}, which is {other.Whose}; choose another.")
                    : Plan(subnet, asked);
            }
            var free = pools.Take(family, own, [.. taken.Select(other => other.Subnet)])
                ?? throw EngineException.Conflict($"All subnets of {Word(family)} in BRIG_POOLS={pools} are taken; remove networks that are not needed any more, name a subnet, or give Brig larger pools.");
            return Plan(free, new(free.ToString()));
        }
        return new(bridge, Of(AddressFamily.InterNetwork), spec.EnableIpv6 ? Of(AddressFamily.InterNetworkV6) : null, spec.Mtu ?? DefaultMtu);
    }

    /// <summary>40 bits of this Brig's own behind fd (RFC 4193), the same at every start.</summary>
    public static Subnet UniqueLocal(string instance)
    {
        byte[] hash = SHA256.HashData(Encoding.UTF8.GetBytes("unique local addresses of " + instance));
        return Subnet.TryCover($"fd{hash[0]:x2}:{hash[1]:x2}{hash[2]:x2}:{hash[3]:x2}{hash[4]:x2}::/48")!.Value;
    }

    private static Subnet Parse(SubnetSpec asked)
    {
        if (Subnet.TryParse(asked.Subnet) is not { } subnet)
        {
            throw EngineException.Invalid(Subnet.TryCover(asked.Subnet) is { } meant
                ? $"\"{Text.Short(asked.Subnet)}\" is an address inside a subnet; the subnet is {meant}."
                : $"\"{Text.Short(asked.Subnet)}\" is no subnet; write an address and a prefix length, as 10.5.0.0/24.");
        }
        if (subnet.Prefix > subnet.Bits - 2 || subnet.Prefix < 8)
        {
            throw EngineException.Invalid($"The subnet {subnet} is too {(subnet.Prefix < 8 ? "large; use /8 or less of it" : $"small; it must have room for a gateway and a container: /{subnet.Bits - 2} or larger")}.");
        }
        foreach (var special in Special.Where(special => special.Overlaps(subnet)))
        {
            throw EngineException.Invalid($"The subnet {subnet} overlaps with {special}, whose addresses mean something else everywhere; choose private ones, as 10.5.0.0/24.");
        }
        return subnet;
    }

    private static SubnetPlan Plan(Subnet subnet, SubnetSpec asked)
    {
        var gateway = subnet.First + 1;
        if (asked.Gateway is { } text)
        {
            if (!Subnet.TryAddress(text, out var address) || address.AddressFamily != subnet.Family || !subnet.Contains(Subnet.Value(address)))
            {
                throw EngineException.Invalid($"The gateway \"{Text.Short(text)}\" is no address of the subnet {subnet}.");
            }
            gateway = Subnet.Value(address);
            if (gateway == subnet.First || (subnet.IsIpv4 && gateway == subnet.Last))
            {
                throw EngineException.Invalid($"The gateway {text} is the first or last address of {subnet}, which nobody can have.");
            }
        }
        var range = subnet;
        if (asked.Range is { } part)
        {
            range = Subnet.TryParse(part) is { } parsed && subnet.Contains(parsed) ? parsed
                : throw EngineException.Invalid($"The range \"{Text.Short(part)}\" is no part of the subnet {subnet}; write one as 10.5.0.128/25.");
        }
        foreach (var (whose, reserved) in asked.Reserved ?? ImmutableDictionary<string, string>.Empty)
        {
            if (!Subnet.TryAddress(reserved, out var address) || address.AddressFamily != subnet.Family || !subnet.Contains(Subnet.Value(address)))
            {
                throw EngineException.Invalid($"\"{Text.Short(reserved)}\", reserved for {Text.Short(whose)}, is no address of the subnet {subnet}.");
            }
        }
        return new(subnet.ToString(), subnet.Text(gateway), range.ToString());
    }

    /// <summary>dev_valid_name() of the kernel, and less: nothing that a rule or a path could read as something else.</summary>
    [GeneratedRegex(@"\A(?!br-[0-9a-f]{8}\z|bv[0-9a-f]|lo\z|all\z|default\z)[a-zA-Z][a-zA-Z0-9_.-]{0,14}\z", RegexOptions.CultureInvariant)]
    private static partial Regex BridgeRule();

    private static string Word(AddressFamily family) => family == AddressFamily.InterNetwork ? "IPv4" : "IPv6";
}

/// <param name="Whose">As a sentence goes on: <c>network "web"</c>.</param>
internal sealed record TakenSubnet(Subnet Subnet, string Whose);
