using System.Buffers;
using System.Collections.Immutable;
using System.Globalization;
using System.Net;
using Brig.Linux.Net;

namespace Brig.Engine.Containers;

/// <summary>One interface of a container: a veth(4) pair, one end inside, the other a port of a bridge.</summary>
/// <param name="Name">Inside: <c>eth0</c>, <c>eth1</c>, ….</param>
/// <param name="Bridge">Of the machine's network namespace; it is there.</param>
/// <param name="Mac">Of the end inside.</param>
/// <param name="Mtu">Bytes, of both ends; 0: 1,500.</param>
internal sealed record LinkPlan(string Name, LinkRef Bridge, MacAddress Mac, int Mtu = 0)
{
    private static readonly char[] Letters = [.. "abcdefghijklmnopqrstuvwxyz"];
    private static readonly SearchValues<char> Digits = SearchValues.Create("0123456789abcdef");

    /// <summary>With the length of the network's prefix. Without an IPv6 one the interface has no IPv6 at all.</summary>
    public ImmutableArray<LinkAddress> Addresses { get; init; } = [];

    /// <summary>Default routes; of all of a container's links one at most has an IPv4 one, and one an IPv6 one.</summary>
    public ImmutableArray<IPAddress> Gateways { get; init; } = [];

    /// <summary>It hears no other isolated port of the bridge.</summary>
    public bool Isolated { get; init; }

    /// <summary>What it sends may come back to it, which a container needs that talks to its own published port.</summary>
    public bool Hairpin { get; init; }

    /// <summary>The outer end: <c>bv</c>, 11 digits of the container's id, and the number of <paramref name="inside"/> where it is not 0. At most 15 bytes.</summary>
    public static string OuterName(ContainerId id, string inside)
    {
        string number = inside.TrimStart(Letters);
        return string.Create(CultureInfo.InvariantCulture, $"bv{id.Value.AsSpan(0, 11)}{(number == "0" ? "" : number)}");
    }

    /// <summary>Whether it is named as one of ours, whosever it was.</summary>
    public static bool IsOuter(string name) => name.Length >= 13 && name.StartsWith("bv", StringComparison.Ordinal) && name.AsSpan(2, 11).IndexOfAnyExcept(Digits) < 0;
}

internal readonly record struct LinkAddress(IPAddress Address, int PrefixLength);
