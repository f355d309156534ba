using System.Buffers.Binary;
using Brig.Linux.LogFormat;

namespace Brig.Engine.Logs;

/// <summary>
/// Entries as plain text: the container's bytes again, with the time before each line when asked. Framed, as Docker does it where there is no terminal:
/// <code>stream u8 | 0 0 0 | length u32, big-endian | bytes</code>
/// </summary>
internal sealed class LogText(LogStyle style)
{
    /// <summary>Bytes.</summary>
    private const int FrameHead = 8, LongestFrame = 32 * 1024;

    private bool _inStdout, _inStderr;
    private int _frame = -1;

    /// <summary>What is written from now on lies in another place.</summary>
    public void Begin() => _frame = -1;

    /// <param name="to">All of the place since <see cref="Begin"/>.</param>
    /// <param name="length">Bytes of it that are written.</param>
    /// <returns>The same afterwards; it grew by at most what the entry and its newline have.</returns>
    public int Write(in LogEntry entry, Span<byte> to, int length)
    {
        int frame = style.Framing == LogFraming.None ? -1 : Frame(entry.Stream, to, ref length);
        ref bool isInside = ref entry.Stream == 1 ? ref _inStdout : ref _inStderr;
        if (!isInside)
        {
            length += Head(entry, to[length..]);
        }
        var text = entry.Text;
        text.CopyTo(to[length..]);
        length += text.Length;
        isInside = entry.IsPartial;
        if (!isInside)
            to[length++] = (byte)'\n';
        if (frame >= 0)
            BinaryPrimitives.WriteInt32BigEndian(to[(frame + 4)..], length - frame - FrameHead);
        return length;
    }

    /// <returns>Where the frame begins: a new one, or the one before.</returns>
    private int Frame(byte stream, Span<byte> to, ref int length)
    {
        if (style.Framing == LogFraming.Runs && _frame >= 0 && to[_frame] == stream && length - _frame < LongestFrame)
            return _frame;
        _frame = length;
        to[length..(length + FrameHead)].Clear();
        to[length] = stream;
        length += FrameHead;
        return _frame;
    }

    private int Head(in LogEntry entry, Span<byte> to)
    {
        int length = 0;
        if (style.Timestamps)
        {
            entry.Bytes[..(CriLine.TimeLength + 1)].CopyTo(to);
            length = CriLine.TimeLength + 1;
        }
        if (style.Details)
            to[length++] = (byte)' ';
        return length;
    }
}
