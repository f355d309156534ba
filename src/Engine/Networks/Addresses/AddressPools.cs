using System.Collections.Immutable;
using System.Globalization;
using System.Net.Sockets;

namespace Brig.Engine.Networks.Addresses;

/// <summary>Where subnets come from when nobody names one: pieces of one size of a few private ranges (RFC 1918, RFC 4193).</summary>
public sealed class AddressPools
{
    /// <summary>272 networks of 4,093 containers each; Docker gives of the same ranges, and what it uses is seen and passed over.</summary>
    public static readonly AddressPools Default = TryParse("172.16.0.0/12:20,192.168.0.0/16:20")!;

    private readonly ImmutableArray<(Subnet Base, int Prefix)> _pools;

    private AddressPools(ImmutableArray<(Subnet, int)> pools) => _pools = pools;

    /// <param name="text"><c>base:size</c>, separated by commas: <c>10.200.0.0/16:24,fd00:b719::/48:64</c>. Without IPv6, that is made of the machine's own number.</param>
    /// <returns>Null: it is no list of pools, or a piece is larger than its pool or has no room for two containers.</returns>
    public static AddressPools? TryParse(string text)
    {
        var pools = ImmutableArray.CreateBuilder<(Subnet, int)>();
        foreach (string part in text.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries))
        {
            int colon = part.LastIndexOf(':');
            if (colon < 0 || Subnet.TryParse(part[..colon]) is not { } subnet
                || !int.TryParse(part.AsSpan(colon + 1), NumberStyles.None, CultureInfo.InvariantCulture, out int prefix)
                || prefix < subnet.Prefix || prefix > subnet.Bits - 2 || prefix - subnet.Prefix > 32)
            {
                return null;
            }
            pools.Add((subnet, prefix));
        }
        return pools.Any(pool => pool.Item1.IsIpv4) ? new(pools.ToImmutable()) : null;
    }

    /// <summary>Each as <c>172.16.0.0/12</c> and the prefix length of its pieces.</summary>
    public IEnumerable<(string Base, int Prefix)> Pieces => _pools.Select(pool => (pool.Base.ToString(), pool.Prefix));

    /// <summary>The first piece that overlaps with nothing that is taken.</summary>
    /// <param name="own">A /48 to be used where no pool of IPv6 is configured.</param>
    /// <returns>Null: all are taken.</returns>
    internal Subnet? Take(AddressFamily family, Subnet own, IReadOnlyCollection<Subnet> taken)
    {
        var pools = _pools.Where(pool => pool.Base.Family == family).ToList();
        if (pools.Count == 0)
        {
            pools.Add((own, 64));
        }
        foreach (var (pool, prefix) in pools)
        {
            var near = taken.Where(pool.Overlaps).ToArray();
            UInt128 count = UInt128.One << (prefix - pool.Prefix);
            for (UInt128 number = 0; number < count;)
            {
                var piece = pool.Part(number, prefix);
                var blocking = near.Where(piece.Overlaps).Select(other => (Subnet?)other).FirstOrDefault();
                if (blocking is not { } other)
                {
                    return piece;
                }
                // Behind what is in the way: a pool of 2³² pieces is not walked one by one.
                number = other.Last >= pool.Last ? count : UInt128.Max(number + 1, ((other.Last - pool.First) >> (pool.Bits - prefix)) + 1);
            }
        }
        return null;
    }

    public override string ToString() => string.Join(',', _pools.Select(pool => string.Create(CultureInfo.InvariantCulture, $"{pool.Base}:{pool.Prefix}")));
}
