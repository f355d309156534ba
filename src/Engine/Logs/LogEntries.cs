using Brig.Linux.LogFormat;

namespace Brig.Engine.Logs;

/// <summary>One entry where it lies in a block of bytes.</summary>
internal readonly ref struct LogEntry
{
    private readonly byte _stream;

    public LogEntry(ReadOnlySpan<byte> bytes, int offset)
    {
        Bytes = bytes;
        Offset = offset;
        IsValid = CriLine.TryParse(bytes, out _stream, out bool partial);
        IsPartial = partial;
    }

    /// <summary>Without the newline.</summary>
    public ReadOnlySpan<byte> Bytes { get; }

    /// <summary>Of its first byte in the block.</summary>
    public int Offset { get; }

    /// <summary>False for what a crash tore; nothing else of it can be read then.</summary>
    public bool IsValid { get; }
    public bool IsPartial { get; }

    /// <summary>1 stdout, 2 stderr.</summary>
    public byte Stream => _stream;
    public ReadOnlySpan<byte> Time => Bytes[..CriLine.TimeLength];
    public ReadOnlySpan<byte> Text => Bytes[CriLine.HeadLength..];
}

/// <summary>The entries of a block that begins and ends between two, first to last.</summary>
internal ref struct LogEntries(ReadOnlySpan<byte> block)
{
    private readonly ReadOnlySpan<byte> _block = block;
    private int _next;

    public LogEntry Current { get; private set; }

    public readonly LogEntries GetEnumerator() => this;

    public bool MoveNext()
    {
        int length = _block[_next..].IndexOf((byte)'\n');
        if (length < 0)
            return false;
        Current = new LogEntry(_block.Slice(_next, length), _next);
        _next += length + 1;
        return true;
    }
}
