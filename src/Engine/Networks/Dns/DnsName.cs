namespace Brig.Engine.Networks.Dns;

/// <summary>A domain name of a message: labels with a length before each, or a pointer back to some (RFC 1035, 3.1 and 4.1.4).</summary>
internal static class DnsName
{
    /// <summary>Of a name as it travels (RFC 1035, 2.3.4); as text with dots it is shorter.</summary>
    public const int MaxBytes = 255;

    /// <summary>Bytes that no name of ours has go here, each by itself: they stay different from one another, and from every name we know.</summary>
    private const int Private = 0xE000;

    /// <summary>Reads the name at <paramref name="at"/>, lower case, without the last dot; the root is empty.</summary>
    /// <param name="text">At least <see cref="MaxBytes"/> long.</param>
    /// <param name="after">Where the message goes on.</param>
    /// <returns>False: it is cut off, too long, or its pointers do not lead back.</returns>
    public static bool TryRead(ReadOnlySpan<byte> message, int at, Span<char> text, out int length, out int after)
    {
        length = 0;
        after = -1;
        int lowest = at;   // a pointer leads to before the part it stands in, so it ends
        while ((uint)at < (uint)message.Length)
        {
            int label = message[at];
            if (label == 0)
            {
                after = after < 0 ? at + 1 : after;
                return true;
            }
            if ((label & 0xC0) == 0xC0)
            {
                if (at + 1 >= message.Length)
                {
                    return false;
                }
                after = after < 0 ? at + 2 : after;
                int target = (label & 0x3F) << 8 | message[at + 1];
                if (target >= lowest || target < DnsHeader.Size)
                {
                    return false;
                }
                lowest = at = target;
                continue;
            }
            if (label > 63 || at + 1 + label > message.Length || length + label + 1 > MaxBytes - 1)
            {
                return false;
            }
            if (length > 0)
            {
                text[length++] = '.';
            }
            foreach (byte b in message.Slice(at + 1, label))
            {
                text[length++] = b is > 0x20 and < 0x7F and not (byte)'.' ? char.ToLowerInvariant((char)b) : (char)(Private + b);
            }
            at += 1 + label;
        }
        return false;
    }

    /// <summary>Steps over the name at <paramref name="at"/> without following it.</summary>
    /// <returns>Where the message goes on; negative: it is cut off.</returns>
    public static int Skip(ReadOnlySpan<byte> message, int at)
    {
        while ((uint)at < (uint)message.Length)
        {
            int label = message[at];
            if ((label & 0xC0) == 0xC0)
            {
                return at + 2 <= message.Length ? at + 2 : -1;
            }
            if (label > 63)
            {
                return -1;
            }
            at += 1 + label;
            if (label == 0)
            {
                return at;
            }
        }
        return -1;
    }

    /// <summary>Writes <paramref name="text"/>, which is one of our own names.</summary>
    /// <returns>How many bytes; 0: it does not fit, or is none.</returns>
    public static int Write(ReadOnlySpan<char> text, Span<byte> to)
    {
        if (text.Length + 2 > to.Length || text.Length + 2 > MaxBytes)
        {
            return 0;
        }
        int at = 0;
        foreach (var range in text.Split('.'))
        {
            var label = text[range];
            if (label.Length is 0 or > 63)
            {
                return 0;
            }
            to[at++] = (byte)label.Length;
            foreach (char c in label)
            {
                to[at++] = (byte)c;
            }
        }
        to[at++] = 0;
        return at;
    }
}
