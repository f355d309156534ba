using System.Buffers.Binary;

namespace Brig.Engine.Networks.Dns;

/// <summary>The first twelve bytes of every message (RFC 1035, 4.1.1): id, flags, and how many of each section follow.</summary>
internal static class DnsHeader
{
    public const int Size = 12;
    public const ushort Response = 0x8000, Authoritative = 0x0400, Truncated = 0x0200, RecursionDesired = 0x0100, RecursionAvailable = 0x0080, CheckingDisabled = 0x0010;

    public static ushort Id(ReadOnlySpan<byte> message) => BinaryPrimitives.ReadUInt16BigEndian(message);
    public static ushort Flags(ReadOnlySpan<byte> message) => BinaryPrimitives.ReadUInt16BigEndian(message[2..]);
    public static ushort Count(ReadOnlySpan<byte> message, int section) => BinaryPrimitives.ReadUInt16BigEndian(message[(4 + section * 2)..]);
    public static DnsCode Code(ReadOnlySpan<byte> message) => (DnsCode)(Flags(message) & 0xF);
    public static int Operation(ReadOnlySpan<byte> message) => Flags(message) >> 11 & 0xF;
    public static bool IsResponse(ReadOnlySpan<byte> message) => (Flags(message) & Response) != 0;

    public static void SetId(Span<byte> message, ushort id) => BinaryPrimitives.WriteUInt16BigEndian(message, id);
    public static void SetFlags(Span<byte> message, int flags) => BinaryPrimitives.WriteUInt16BigEndian(message[2..], (ushort)flags);
    public static void SetCount(Span<byte> message, int section, int count) => BinaryPrimitives.WriteUInt16BigEndian(message[(4 + section * 2)..], (ushort)count);
}

/// <summary>RCODE (RFC 1035, 4.1.1).</summary>
internal enum DnsCode
{
    None = 0,
    FormatError = 1,
    ServerFailure = 2,
    NoSuchName = 3,
    NotImplemented = 4,
    Refused = 5,

    /// <summary>Of EDNS: its upper eight bits travel in the OPT record (RFC 6891, 6.1.3).</summary>
    BadVersion = 16,
}

/// <summary>TYPE (RFC 1035, 3.2.2; RFC 3596; RFC 6891).</summary>
internal enum DnsType : ushort
{
    A = 1,
    Ptr = 12,
    Aaaa = 28,
    Opt = 41,
    Any = 255,
}
