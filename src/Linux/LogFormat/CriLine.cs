using System.Buffers.Text;

namespace Brig.Linux.LogFormat;

/// <summary>
/// One entry of a log in the CRI text format (kubernetes design-proposals, kubelet-cri-logging.md):
/// <code>2026-11-21T20:52:22.123456789Z stdout F text\n</code>
/// The time has always nine digits, so everything before the text has a fixed length. Tag <c>F</c> ends a line; <c>P</c> says that the
/// line goes on in the next entry of the same stream. The text is the container's bytes as they came, UTF-8 or not.
/// </summary>
public static class CriLine
{
    /// <summary>Bytes of <c>2026-11-21T20:52:22.123456789Z</c>.</summary>
    public const int TimeLength = 30;

    /// <summary>Bytes before the text.</summary>
    public const int HeadLength = 40;

    /// <summary>The longest text of one entry, bytes; a longer line is told in pieces.</summary>
    public const int MaxText = 16 * 1024;

    /// <summary>The longest entry with its newline, bytes.</summary>
    public const int MaxLength = HeadLength + MaxText + 1;

    private const int SecondLength = 19;

    /// <summary>Writes head bytes: time, stream and tag. <paramref name="head"/> holds at least <see cref="HeadLength"/>.</summary>
    /// <param name="nanoseconds">Since 1970, UTC.</param>
    /// <param name="stream">1 stdout, 2 stderr.</param>
    public static void WriteHead(Span<byte> head, long nanoseconds, byte stream, bool partial)
    {
        WriteTime(head, nanoseconds);
        WriteStream(head, stream);
        WriteTag(head, partial);
    }

    public static void WriteTime(Span<byte> head, long nanoseconds)
    {
        (long seconds, long fraction) = Math.DivRem(nanoseconds, 1_000_000_000);
        WriteSecond(head, seconds);
        WriteFraction(head, (int)fraction);
    }

    /// <summary>The part that changes once a second.</summary>
    public static void WriteSecond(Span<byte> head, long seconds)
    {
        var time = DateTime.UnixEpoch.AddTicks(seconds * TimeSpan.TicksPerSecond);
        Digits(head[..4], time.Year);
        Digits(head.Slice(5, 2), time.Month);
        Digits(head.Slice(8, 2), time.Day);
        Digits(head.Slice(11, 2), time.Hour);
        Digits(head.Slice(14, 2), time.Minute);
        Digits(head.Slice(17, 2), time.Second);
        head[4] = head[7] = (byte)'-';
        head[10] = (byte)'T';
        head[13] = head[16] = (byte)':';
        head[SecondLength] = (byte)'.';
        head[TimeLength - 1] = (byte)'Z';
        head[TimeLength] = head[37] = head[HeadLength - 1] = (byte)' ';
    }

    public static void WriteFraction(Span<byte> head, int nanoseconds) => Digits(head.Slice(SecondLength + 1, 9), nanoseconds);

    public static void WriteStream(Span<byte> head, byte stream) => (stream == 2 ? "stderr"u8 : "stdout"u8).CopyTo(head[(TimeLength + 1)..]);

    public static void WriteTag(Span<byte> head, bool partial) => head[HeadLength - 2] = partial ? (byte)'P' : (byte)'F';

    /// <summary>Stream and tag of an entry; false when it is not one (torn, or not ours).</summary>
    /// <param name="line">Without its newline.</param>
    public static bool TryParse(ReadOnlySpan<byte> line, out byte stream, out bool partial)
    {
        stream = 0;
        partial = false;
        if (line.Length < HeadLength
            || line[TimeLength - 1] != 'Z' || line[TimeLength] != ' ' || line[37] != ' ' || line[HeadLength - 1] != ' '
            || line[SecondLength] != '.' || line[10] != 'T')
            return false;
        var name = line.Slice(TimeLength + 1, 6);
        stream = name.SequenceEqual("stdout"u8) ? (byte)1 : name.SequenceEqual("stderr"u8) ? (byte)2 : (byte)0;
        partial = line[HeadLength - 2] == 'P';
        return stream != 0 && (partial || line[HeadLength - 2] == 'F');
    }

    /// <summary>Nanoseconds since 1970, or false when the time is not one.</summary>
    public static bool TryParseTime(ReadOnlySpan<byte> line, out long nanoseconds)
    {
        nanoseconds = 0;
        if (line.Length < TimeLength || !TryParseSecond(line, out long seconds))
            return false;
        if (!Number(line.Slice(SecondLength + 1, 9), out int fraction))
            return false;
        nanoseconds = seconds * 1_000_000_000 + fraction;
        return true;
    }

    /// <summary>
    /// How much of <paramref name="text"/> can be told by itself: all of it, less a UTF-8 sequence that its end cuts in two (at most three bytes), so
    /// that each piece of a long line can be shown alone. Bytes that are no UTF-8 stay as they are.
    /// </summary>
    public static int WholeCharacters(ReadOnlySpan<byte> text)
    {
        for (int back = 1; back <= 3 && back <= text.Length; back++)
        {
            byte b = text[^back];
            if ((b & 0xC0) == 0x80)
                continue;
            int needs = b >= 0xF0 ? 4 : b >= 0xE0 ? 3 : b >= 0xC0 ? 2 : 1;
            return needs > back ? text.Length - back : text.Length;
        }
        return text.Length;
    }

    private static bool TryParseSecond(ReadOnlySpan<byte> line, out long seconds)
    {
        seconds = 0;
        if (!Number(line[..4], out int year) || !Number(line.Slice(5, 2), out int month) || !Number(line.Slice(8, 2), out int day)
            || !Number(line.Slice(11, 2), out int hour) || !Number(line.Slice(14, 2), out int minute) || !Number(line.Slice(17, 2), out int second))
            return false;
        if (year is < 1970 or > 2261 || month is < 1 or > 12 || day < 1 || day > DateTime.DaysInMonth(year, month) || hour > 23 || minute > 59 || second > 59)
            return false;
        seconds = new DateTime(year, month, day, hour, minute, second, DateTimeKind.Utc).Subtract(DateTime.UnixEpoch).Ticks / TimeSpan.TicksPerSecond;
        return true;
    }

    private static bool Number(ReadOnlySpan<byte> digits, out int value)
        => Utf8Parser.TryParse(digits, out value, out int used) && used == digits.Length && digits[0] is >= (byte)'0' and <= (byte)'9';

    private static void Digits(Span<byte> to, int value)
    {
        for (int i = to.Length - 1; i >= 0; i--, value /= 10)
            to[i] = (byte)('0' + value % 10);
    }
}
