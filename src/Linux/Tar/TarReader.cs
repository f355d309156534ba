namespace Brig.Linux.Tar;

/// <summary>
/// Reads an archive from front to end: V7, ustar, GNU (long names, sparse files, big numbers) and pax, with sparse files of every kind GNU tar writes.
/// It holds one buffer and one entry. Not thread safe; the stream stays open.
/// </summary>
public sealed class TarReader(Stream from)
{
    /// <summary>An extended header may hold attributes of 64 KiB each, and no more than this in all.</summary>
    private const int LargestExtension = 1 << 20;

    private const int MostSegments = 1 << 18;

    private readonly byte[] _buffer = new byte[256 * 1024];
    private readonly PaxValues _globals = new();
    private int _start, _end;
    private long _left;         // stored bytes of the entry that nobody has taken yet
    private int _padding;

    /// <summary>The end mark was there. Without it the archive may have been cut off between two entries.</summary>
    public bool Ended { get; private set; }

    /// <returns>Null at the end.</returns>
    /// <exception cref="TarException">Not a tar, or one that breaks off.</exception>
    public TarEntry? Next()
    {
        if (Ended)
        {
            return null;
        }
        Skip();
        var values = new PaxValues(_globals);
        byte[]? longName = null, longLink = null;
        while (true)
        {
            if (!Fill(TarHeader.Size, mayEnd: true))
            {
                return null;
            }
            var header = new TarHeader(_buffer.AsSpan(_start, TarHeader.Size));
            if (header.IsZero)
            {
                Ended = true;
                return null;
            }
            if (!header.ChecksumFits)
            {
                throw new TarException("An entry's header is damaged: its checksum is wrong.");
            }
            switch (header.Type)
            {
                case (byte)'x' or (byte)'X':
                    PaxRecords.Read(Extension(header.Length), values.Set);
                    break;
                case (byte)'g':
                    PaxRecords.Read(Extension(header.Length), _globals.Set);
                    values = new(_globals);
                    break;
                case (byte)'L':
                    longName = Terminated(Extension(header.Length));
                    break;
                case (byte)'K':
                    longLink = Terminated(Extension(header.Length));
                    break;
                case (byte)'V':
                    (_left, _padding) = (0, 0);     // a volume's label
                    _start += TarHeader.Size;
                    break;
                default:
                    return Entry(header, values, longName, longLink);
            }
        }
    }

    /// <summary>The next stored bytes of the entry, valid until the next call; empty at its end. Of a sparse file its segments, one after the other.</summary>
    public ReadOnlySpan<byte> Content(int most = int.MaxValue)
    {
        if (_left == 0)
        {
            return [];
        }
        if (_start == _end)
        {
            Fill(1, mayEnd: false);
        }
        int count = (int)Math.Min(Math.Min(_left, most), _end - _start);
        var chunk = _buffer.AsSpan(_start, count);
        _start += count;
        _left -= count;
        return chunk;
    }

    /// <summary>Reads what follows the end mark, so that a digest is of everything.</summary>
    public void Drain()
    {
        _start = _end = 0;
        while (from.Read(_buffer) > 0)
        {
        }
    }

    internal static long Nanoseconds(long seconds) =>
        Math.Clamp(seconds, long.MinValue / 1_000_000_000, long.MaxValue / 1_000_000_000 - 1) * 1_000_000_000;

    private TarEntry Entry(TarHeader header, PaxValues values, byte[]? longName, byte[]? longLink)
    {
        byte type = header.Type;
        byte[] name = values.SparseName ?? values.Path ?? longName ?? Joined(header);
        long stored = values.Size ?? header.Length;
        TarKind kind = type switch
        {
            0 or (byte)'0' when name is [.., (byte)'/'] => TarKind.Directory,
            0 or (byte)'0' or (byte)'7' or (byte)'S' => TarKind.File,
            (byte)'1' => TarKind.HardLink,
            (byte)'2' => TarKind.Symlink,
            (byte)'3' => TarKind.CharDevice,
            (byte)'4' => TarKind.BlockDevice,
            (byte)'5' or (byte)'D' => TarKind.Directory,
            (byte)'6' => TarKind.Fifo,
            (byte)'M' => throw new TarException("The archive is one part of several volumes; put them together first."),
            _ => throw new TarException($"An entry is of a kind that cannot be unpacked (type '{(char)type}')."),
        };
        if (stored < 0)
        {
            throw new TarException("An entry's size is negative.");
        }
        var entry = new TarEntry
        {
            Kind = kind,
            Name = name,
            Link = kind is TarKind.Symlink or TarKind.HardLink ? values.Link ?? longLink ?? header.Link.ToArray() : [],
            Mode = (uint)header.Mode & 0xFFF,
            Uid = Id(values.Uid ?? header.Uid),
            Gid = Id(values.Gid ?? header.Gid),
            ModifiedAt = values.ModifiedAt ?? Nanoseconds(header.Seconds),
            Major = kind is TarKind.CharDevice or TarKind.BlockDevice ? (uint)header.Major : 0,
            Minor = kind is TarKind.CharDevice or TarKind.BlockDevice ? (uint)header.Minor : 0,
            Size = kind == TarKind.File ? stored : 0,
            Xattrs = values.Xattrs,
        };
        List<TarSegment>? segments = values.Segments;
        long real = values.RealSize ?? stored;
        if (type == 'S')
        {
            real = header.SparseRealSize;   // before the map is read: that moves the buffer under the header
            segments = OldSparse(header);
        }
        else
        {
            _start += TarHeader.Size;
        }
        // Only a file has content, and GNU's listing of a directory: others tell a size at times, and store nothing.
        _left = kind == TarKind.File || type == 'D' ? stored : 0;
        _padding = (int)(-_left & (TarHeader.Size - 1));
        if (kind == TarKind.File && values.HasMapInContent)
        {
            segments = SparseMap();
        }
        return kind != TarKind.File || segments is null ? entry : entry with { Size = real, Segments = Checked(segments, real) };
    }

    private static byte[] Joined(TarHeader header) =>
        header.Prefix.IsEmpty ? header.Name.ToArray() : [.. header.Prefix, (byte)'/', .. header.Name];

    private static uint Id(long id) => id is >= 0 and < uint.MaxValue ? (uint)id : throw new TarException($"An entry's owner {id} is no user or group number.");

    /// <summary>A segment must lie behind the one before it, within the file, and what is stored must be exactly they.</summary>
    private List<TarSegment> Checked(List<TarSegment> segments, long real)
    {
        long at = 0, sum = 0;
        foreach (var (offset, length) in segments)
        {
            if (offset < at || length < 0 || offset > long.MaxValue - length || offset + length > real)
            {
                throw new TarException("A sparse file's map is damaged.");
            }
            at = offset + length;
            sum += length;
        }
        return sum == _left ? segments : throw new TarException("A sparse file's map does not fit what is stored of it.");
    }

    private List<TarSegment> OldSparse(TarHeader header)
    {
        var segments = new List<TarSegment>();
        TarHeader.Segments(_buffer.AsSpan(_start, TarHeader.Size), 386, 4, segments);
        bool more = header.SparseGoesOn;
        _start += TarHeader.Size;
        while (more)
        {
            Fill(TarHeader.Size, mayEnd: false);
            var block = _buffer.AsSpan(_start, TarHeader.Size);
            TarHeader.Segments(block, 0, 21, segments);
            more = block[504] != 0;
            _start += TarHeader.Size;
            CheckCount(segments.Count);
        }
        return segments;
    }

    /// <summary>GNU's pax format 1.0: decimal numbers, a line each, before the content, padded to a whole block.</summary>
    private List<TarSegment> SparseMap()
    {
        long before = _left;
        long count = MapNumber();
        CheckCount(count);
        var segments = new List<TarSegment>((int)count);
        for (int i = 0; i < count; i++)
        {
            segments.Add(new(MapNumber(), MapNumber()));
        }
        int padding = (int)(-(before - _left) & (TarHeader.Size - 1));
        while (padding > 0)
        {
            int skipped = Content(padding).Length;
            padding = skipped == 0 ? throw new TarException("A sparse file's map is damaged.") : padding - skipped;
        }
        return segments;
    }

    private long MapNumber()
    {
        long number = 0;
        while (true)
        {
            var digit = Content(1);
            if (digit is [(byte)'\n'])
            {
                return number;
            }
            if (digit is not [>= (byte)'0' and <= (byte)'9'] || number > long.MaxValue / 10 - 1)
            {
                throw new TarException("A sparse file's map is damaged.");
            }
            number = number * 10 + (digit[0] - '0');
        }
    }

    private static void CheckCount(long count)
    {
        if (count is < 0 or > MostSegments)
        {
            throw new TarException($"A sparse file has more than {MostSegments} parts.");
        }
    }

    private byte[] Extension(long length)
    {
        if (length is < 0 or > LargestExtension)
        {
            throw new TarException($"An extended header of {length} bytes is longer than the {LargestExtension} that are read.");
        }
        _start += TarHeader.Size;
        byte[] data = new byte[length];
        int padded = (int)(length + (-length & (TarHeader.Size - 1)));
        for (int at = 0; at < padded;)
        {
            Fill(1, mayEnd: false);
            int count = Math.Min(_end - _start, padded - at);
            int wanted = (int)Math.Min(count, Math.Max(0, length - at));
            _buffer.AsSpan(_start, wanted).CopyTo(data.AsSpan(Math.Min(at, data.Length)));
            _start += count;
            at += count;
        }
        return data;
    }

    private static byte[] Terminated(byte[] data) => data.AsSpan().TrimEnd((byte)0).ToArray();

    private void Skip()
    {
        long rest = _left + _padding;
        while (rest > 0)
        {
            Fill(1, mayEnd: false);
            int count = (int)Math.Min(rest, _end - _start);
            _start += count;
            rest -= count;
        }
        _left = _padding = 0;
    }

    /// <summary>Makes that many bytes available at the start of what is buffered.</summary>
    /// <returns>False: the stream ended before the first of them.</returns>
    private bool Fill(int count, bool mayEnd)
    {
        if (_end - _start >= count)
        {
            return true;
        }
        _buffer.AsSpan(_start, _end - _start).CopyTo(_buffer);
        (_start, _end) = (0, _end - _start);
        while (_end < count)
        {
            int read = from.Read(_buffer, _end, _buffer.Length - _end);
            if (read == 0)
            {
                return mayEnd && _end == 0 ? false : throw new TarException("The archive breaks off in the middle of an entry.");
            }
            _end += read;
        }
        return true;
    }
}
