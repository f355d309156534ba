using System.Globalization;
using System.Net;
using System.Net.Sockets;

namespace Brig.Linux.Net;

/// <summary>Six bytes, the first in bits 40 to 47. Written as <c>02:42:0a:00:00:02</c>.</summary>
public readonly record struct MacAddress(ulong Value)
{
    /// <summary>
    /// Locally administered, and follows from the address alone: whoever has the address next has the same, so no neighbour's table is ever wrong.
    /// IPv4: 02:42 and the address. IPv6: 02 and its last five bytes.
    /// </summary>
    public static MacAddress Of(IPAddress address)
    {
        byte[] bytes = address.GetAddressBytes();
        ulong value = address.AddressFamily == AddressFamily.InterNetwork ? 0x0242u : 0x02u;
        foreach (byte each in bytes.AsSpan(address.AddressFamily == AddressFamily.InterNetwork ? 0 : 11))
        {
            value = (value << 8) | each;
        }
        return new(value);
    }

    /// <returns>False too for a group's address and for all zeros, which no interface can have.</returns>
    public static bool TryParse(string text, out MacAddress address)
    {
        address = default;
        string[] parts = text.Split(':');
        ulong value = 0;
        foreach (string part in parts)
        {
            if (part.Length != 2 || !byte.TryParse(part, NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out byte each))
            {
                return false;
            }
            value = (value << 8) | each;
        }
        if (parts.Length != 6 || value == 0 || ((value >> 40) & 1) != 0)
        {
            return false;
        }
        address = new(value);
        return true;
    }

    public byte[] ToBytes() => [(byte)(Value >> 40), (byte)(Value >> 32), (byte)(Value >> 24), (byte)(Value >> 16), (byte)(Value >> 8), (byte)Value];

    public override string ToString() => string.Join(':', ToBytes().Select(each => each.ToString("x2", CultureInfo.InvariantCulture)));
}
