using System.Net;
using Brig.Linux.Net;

namespace Brig.Engine.Networks.Addresses;

/// <summary>The address an interface gives itself on its link: fe80:: and the modified EUI-64 of its hardware address (RFC 4291, appendix A).</summary>
internal static class LinkLocal
{
    public static IPAddress Of(MacAddress mac)
    {
        byte[] m = mac.ToBytes();
        return new([0xfe, 0x80, 0, 0, 0, 0, 0, 0, (byte)(m[0] ^ 2), m[1], m[2], 0xff, 0xfe, m[3], m[4], m[5]]);
    }
}
