using System.Buffers.Binary;
using System.Globalization;
using System.Net;
using System.Net.Sockets;

namespace Brig.Engine.Networks.Addresses;

/// <summary>Addresses of one family with the same first bits, as numbers: <c>10.5.0.0/24</c>, <c>fd12:3456::/64</c> (RFC 4632, RFC 4291).</summary>
/// <param name="First">The network's own address; an IPv4 one is a number below 2³².</param>
/// <param name="Prefix">How many bits are the same.</param>
internal readonly record struct Subnet(AddressFamily Family, UInt128 First, int Prefix)
{
    public int Bits => Family == AddressFamily.InterNetwork ? 32 : 128;
    public bool IsIpv4 => Family == AddressFamily.InterNetwork;
    public UInt128 Last => First + Size(Bits - Prefix) - 1;

    public bool Contains(UInt128 address) => address >= First && address <= Last;
    public bool Contains(Subnet other) => Family == other.Family && Contains(other.First) && Contains(other.Last);
    public bool Overlaps(Subnet other) => Family == other.Family && First <= other.Last && other.First <= Last;

    public string Text(UInt128 address) => Address(Family, address).ToString();

    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Text(First)}/{Prefix}");

    /// <summary>The n-th part of it, of that prefix.</summary>
    public Subnet Part(UInt128 number, int prefix) => new(Family, First + (number << (Bits - prefix)), prefix);

    /// <returns>Null: no address and prefix, or bits behind the prefix that are not zero.</returns>
    public static Subnet? TryParse(string text) => TryCover(text) is { } subnet && IPAddress.TryParse(text.AsSpan(0, text.IndexOf('/', StringComparison.Ordinal)), out var address)
        && Value(address) == subnet.First ? subnet : null;

    /// <summary>The subnet an address with prefix lies in: <c>10.5.0.7/24</c> is in <c>10.5.0.0/24</c>.</summary>
    public static Subnet? TryCover(string text)
    {
        if (text.Split('/') is not [var before, var after] || !TryAddress(before, out var address)
            || !int.TryParse(after, NumberStyles.None, CultureInfo.InvariantCulture, out int prefix))
        {
            return null;
        }
        int bits = address.AddressFamily == AddressFamily.InterNetwork ? 32 : 128;
        if (prefix > bits)
        {
            return null;
        }
        int rest = bits - prefix;
        return new(address.AddressFamily, rest == 128 ? 0 : Value(address) >> rest << rest, prefix);
    }

    /// <summary>As people write addresses: four numbers or colons, no zone, nothing that only C reads as one (<c>10.1</c>, <c>0x7f.1</c>).</summary>
    public static bool TryAddress(string text, out IPAddress address) =>
        IPAddress.TryParse(text, out address!) && !text.Contains('%', StringComparison.Ordinal) && !text.Contains('[', StringComparison.Ordinal) && !address.IsIPv4MappedToIPv6
        && (address.AddressFamily == AddressFamily.InterNetworkV6 || address.ToString() == text);

    public static UInt128 Value(IPAddress address)
    {
        byte[] bytes = address.GetAddressBytes();
        return bytes.Length == 4 ? BinaryPrimitives.ReadUInt32BigEndian(bytes) : BinaryPrimitives.ReadUInt128BigEndian(bytes);
    }

    public static IPAddress Address(AddressFamily family, UInt128 value)
    {
        Span<byte> bytes = stackalloc byte[16];
        BinaryPrimitives.WriteUInt128BigEndian(bytes, value);
        return new(family == AddressFamily.InterNetwork ? bytes[12..] : bytes);
    }

    /// <summary>2ⁿ; 2¹²⁸ is 0, so that 2¹²⁸ - 1 is right.</summary>
    private static UInt128 Size(int bits) => bits == 128 ? 0 : UInt128.One << bits;
}
