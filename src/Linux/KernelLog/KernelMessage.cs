using System.Buffers.Text;
using System.Globalization;
using System.Text;

namespace Brig.Linux.KernelLog;

/// <summary>One record of /dev/kmsg (Documentation/ABI/testing/dev-kmsg) that the kernel itself wrote.</summary>
/// <param name="Sequence">Grows by one with every record, also those of others.</param>
/// <param name="Microseconds">Since the machine started, by the clock that CLOCK_MONOTONIC is near to.</param>
/// <param name="Text">One line of ASCII: what is neither printable nor ASCII is <c>\xNN</c>, and a backslash <c>\x5c</c>.</param>
public readonly record struct KernelMessage(long Sequence, long Microseconds, string Text)
{
    /// <summary>
    /// Reads <c>6,207895,34723311280,-;oom-kill:…</c>. False for what is no record, and for what a process wrote into the log: the kernel marks that with a facility
    /// other than its own, so nobody can make us believe that he was it.
    /// </summary>
    public static bool TryParse(ReadOnlySpan<byte> record, out KernelMessage message)
    {
        message = default;
        int head = record.IndexOf((byte)';');
        if (head < 0
            || !Utf8Parser.TryParse(record, out int priority, out int used) || priority >> 3 != 0 || !Next(ref record, ref head, used)
            || !Utf8Parser.TryParse(record, out long sequence, out used) || !Next(ref record, ref head, used)
            || !Utf8Parser.TryParse(record, out long microseconds, out _))
        {
            return false;
        }
        var text = record[(head + 1)..];
        int end = text.IndexOf((byte)'\n');   // behind it may come lines of " KEY=value"
        message = new(sequence, microseconds, Encoding.Latin1.GetString(end < 0 ? text : text[..end]));
        return true;
    }

    /// <summary>What the text was before the kernel escaped it: of a process's name any bytes.</summary>
    public static string Unescape(string text)
    {
        if (!text.Contains('\\'))
        {
            return text;
        }
        var bytes = new byte[text.Length];
        int length = 0;
        for (int i = 0; i < text.Length; i++)
        {
            bool isEscape = text[i] == '\\' && i + 3 < text.Length && text[i + 1] == 'x';
            if (isEscape && byte.TryParse(text.AsSpan(i + 2, 2), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out byte value))
            {
                bytes[length++] = value;
                i += 3;
            }
            else
            {
                bytes[length++] = (byte)text[i];
            }
        }
        return Encoding.UTF8.GetString(bytes, 0, length);
    }

    private static bool Next(ref ReadOnlySpan<byte> record, ref int head, int used)
    {
        if (used >= head || record[used] != ',')
        {
            return false;
        }
        record = record[(used + 1)..];
        head -= used + 1;
        return true;
    }
}
