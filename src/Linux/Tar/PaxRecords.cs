using System.Buffers.Text;
using System.Text;

namespace Brig.Linux.Tar;

/// <summary>The extended header of POSIX pax: records <c>length key=value\n</c>, the values bytes.</summary>
internal static class PaxRecords
{
    /// <summary>Calls for each record, in order.</summary>
    public static void Read(ReadOnlySpan<byte> data, Action<string, byte[]> record)
    {
        while (!data.IsEmpty)
        {
            // Some writers pad with zeros what should end.
            if (data[0] == 0)
            {
                return;
            }
            if (!Utf8Parser.TryParse(data, out int length, out int digits) || length <= digits + 2 || length > data.Length || data[digits] != ' ' || data[length - 1] != '\n')
            {
                throw new TarException("An extended header is damaged: a record's length is wrong.");
            }
            var pair = data[(digits + 1)..(length - 1)];
            int equals = pair.IndexOf((byte)'=');
            if (equals <= 0)
            {
                throw new TarException("An extended header is damaged: a record has no name.");
            }
            record(Encoding.Latin1.GetString(pair[..equals]), pair[(equals + 1)..].ToArray());
            data = data[length..];
        }
    }

    /// <param name="key">Latin-1: one byte a character.</param>
    public static void Write(MemoryStream to, string key, ReadOnlySpan<byte> value)
    {
        int rest = key.Length + value.Length + 3;   // blank, '=', newline
        int length = rest + Digits(rest);
        length = rest + Digits(length);
        to.Write(Encoding.ASCII.GetBytes(length.ToString(System.Globalization.CultureInfo.InvariantCulture) + " "));
        to.Write(Encoding.Latin1.GetBytes(key));
        to.WriteByte((byte)'=');
        to.Write(value);
        to.WriteByte((byte)'\n');
    }

    public static long Number(ReadOnlySpan<byte> value, string key) =>
        Utf8Parser.TryParse(value, out long number, out int used) && used == value.Length
            ? number
            : throw new TarException($"An extended header is damaged: {key} is not a number.");

    /// <summary>Seconds with a fraction, perhaps negative, as nanoseconds.</summary>
    public static long Time(ReadOnlySpan<byte> value)
    {
        int dot = value.IndexOf((byte)'.');
        bool negative = !value.IsEmpty && value[0] == '-';
        long seconds = Number(dot < 0 ? value : value[..dot], "mtime");
        long nanoseconds = 0;
        if (dot >= 0)
        {
            var fraction = value[(dot + 1)..];
            for (int i = 0; i < 9; i++)
            {
                int digit = i < fraction.Length ? fraction[i] - '0' : 0;
                nanoseconds = nanoseconds * 10 + (digit is >= 0 and <= 9 ? digit : throw new TarException("An extended header is damaged: mtime is not a number."));
            }
        }
        return TarReader.Nanoseconds(seconds) + (negative ? -nanoseconds : nanoseconds);
    }

    private static int Digits(int number) => number.ToString(System.Globalization.CultureInfo.InvariantCulture).Length;
}
