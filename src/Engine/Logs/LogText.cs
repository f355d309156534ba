using Brig.Linux.LogFormat;

namespace Brig.Engine.Logs;

/// <summary>Entries as plain text: the container's bytes again, with the time before each line when asked.</summary>
internal sealed class LogText(bool timestamps)
{
    private bool _inStdout, _inStderr;

    /// <returns>Bytes written, fewer than the entry and its newline have.</returns>
    public int Write(in LogEntry entry, Span<byte> to)
    {
        int length = 0;
        ref bool isInside = ref entry.Stream == 1 ? ref _inStdout : ref _inStderr;
        if (timestamps && !isInside)
        {
            entry.Bytes[..(CriLine.TimeLength + 1)].CopyTo(to);
            length = CriLine.TimeLength + 1;
        }
        var text = entry.Text;
        text.CopyTo(to[length..]);
        length += text.Length;
        isInside = entry.IsPartial;
        if (!isInside)
            to[length++] = (byte)'\n';
        return length;
    }
}
