using System.Globalization;
using System.Text;

namespace Brig.Linux.Tar;

/// <summary>
/// Writes an archive whose bytes depend on its entries alone: ustar where that can tell everything, else with a pax header before it; sparse files as GNU's pax format 1.0.
/// <see cref="Begin"/>, then exactly the stored bytes by <see cref="Content"/>; at last <see cref="Finish"/>. The stream stays open.
/// </summary>
public sealed class TarWriter(Stream to)
{
    private readonly byte[] _block = new byte[TarHeader.Size];
    private long _left;
    private int _padding;

    public void Begin(TarEntry entry)
    {
        Pad();
        using var pax = new MemoryStream();
        byte[] map = [];
        byte[] name = entry.Kind == TarKind.Directory && entry.Name is not [.., (byte)'/'] ? [.. entry.Name, (byte)'/'] : entry.Name;
        long stored = entry.Kind == TarKind.File ? entry.Size : 0;
        if (entry.Segments is { } segments)
        {
            map = Map(segments);
            PaxRecords.Write(pax, "GNU.sparse.major", "1"u8);
            PaxRecords.Write(pax, "GNU.sparse.minor", "0"u8);
            PaxRecords.Write(pax, "GNU.sparse.name", name);
            PaxRecords.Write(pax, "GNU.sparse.realsize", Ascii(entry.Size));
            stored = map.Length + segments.Sum(segment => segment.Length);
            name = [.. "GNUSparseFile.0/"u8, .. name.AsSpan(name.AsSpan().LastIndexOf((byte)'/') + 1)];
        }
        bool fits = Split(name, out var prefix, out var rest);
        if (!fits)
        {
            PaxRecords.Write(pax, "path", name);
        }
        if (entry.Link.Length > 100)
        {
            PaxRecords.Write(pax, "linkpath", entry.Link);
        }
        WriteLarge(pax, "uid", entry.Uid, 7);
        WriteLarge(pax, "gid", entry.Gid, 7);
        WriteLarge(pax, "size", stored, 11);
        long seconds = Math.DivRem(entry.ModifiedAt, 1_000_000_000, out long nanoseconds);
        if (nanoseconds != 0 || seconds < 0 || Octal(seconds).Length > 11)
        {
            PaxRecords.Write(pax, "mtime", Encoding.ASCII.GetBytes(Time(seconds, nanoseconds)));
        }
        foreach (var (key, value) in entry.Xattrs.OrderBy(x => Encoding.Latin1.GetString(x.Name), StringComparer.Ordinal))
        {
            PaxRecords.Write(pax, "SCHILY.xattr." + Encoding.Latin1.GetString(key), value);
        }
        if (pax.Length > 0)
        {
            Header("PaxHeaders.0/entry"u8, [], (byte)'x', entry with { Link = [], Mode = 0x1A4, Uid = 0, Gid = 0, ModifiedAt = 0, Major = 0, Minor = 0 }, pax.Length);
            to.Write(pax.GetBuffer(), 0, (int)pax.Length);
            Zeros((int)(-pax.Length & (TarHeader.Size - 1)));
        }
        Header(fits ? rest : name.AsSpan(0, Math.Min(100, name.Length)), fits ? prefix : [], Type(entry.Kind), entry, stored);
        to.Write(map);
        _left = stored - map.Length;
        _padding = (int)(-stored & (TarHeader.Size - 1));
    }

    /// <summary>The next stored bytes of the entry.</summary>
    public void Content(ReadOnlySpan<byte> bytes)
    {
        _left -= bytes.Length;
        if (_left < 0)
        {
            throw new InvalidOperationException("More content than the entry's size.");
        }
        to.Write(bytes);
    }

    /// <summary>Zeros in place of what a file that has shrunk meanwhile no longer has.</summary>
    public void FillUp()
    {
        while (_left > 0)
        {
            Content(new byte[(int)Math.Min(_left, 64 * 1024)]);
        }
    }

    public void Finish()
    {
        Pad();
        Zeros(2 * TarHeader.Size);
    }

    private void Header(ReadOnlySpan<byte> name, ReadOnlySpan<byte> prefix, byte type, TarEntry entry, long size)
    {
        var block = _block.AsSpan();
        block.Clear();
        name.CopyTo(block);
        Number(block.Slice(100, 8), entry.Mode);
        Number(block.Slice(108, 8), entry.Uid);
        Number(block.Slice(116, 8), entry.Gid);
        Number(block.Slice(124, 12), size);
        Number(block.Slice(136, 12), Math.Max(0, entry.ModifiedAt / 1_000_000_000));
        block[156] = type;
        entry.Link.AsSpan(0, Math.Min(100, entry.Link.Length)).CopyTo(block[157..]);
        "ustar\0"u8.CopyTo(block[257..]);
        "00"u8.CopyTo(block[263..]);
        Number(block.Slice(329, 8), entry.Major);
        Number(block.Slice(337, 8), entry.Minor);
        prefix.CopyTo(block[345..]);
        int sum = 8 * ' ';
        foreach (byte b in block)
        {
            sum += b;
        }
        Encoding.ASCII.GetBytes(Octal(sum).PadLeft(6, '0') + "\0 ").CopyTo(block[148..]);
        to.Write(_block);
    }

    /// <summary>What does not fit stands in the pax header and is 0 here.</summary>
    private static void Number(Span<byte> field, long value)
    {
        string octal = Octal(value);
        Encoding.ASCII.GetBytes((octal.Length < field.Length ? octal : "").PadLeft(field.Length - 1, '0')).CopyTo(field);
    }

    private static void WriteLarge(MemoryStream pax, string key, long value, int digits)
    {
        if (Octal(value).Length > digits)
        {
            PaxRecords.Write(pax, key, Ascii(value));
        }
    }

    /// <summary>ustar keeps 100 bytes of a name, and 155 before a slash.</summary>
    private static bool Split(ReadOnlySpan<byte> name, out ReadOnlySpan<byte> prefix, out ReadOnlySpan<byte> rest)
    {
        prefix = [];
        rest = name;
        if (name.Length <= 100)
        {
            return true;
        }
        int slash = name[..Math.Min(156, name.Length - 1)].LastIndexOf((byte)'/');
        if (slash <= 0 || name.Length - slash - 1 > 100)
        {
            return false;
        }
        prefix = name[..slash];
        rest = name[(slash + 1)..];
        return true;
    }

    private static byte[] Map(IReadOnlyList<TarSegment> segments)
    {
        var text = new StringBuilder().Append(CultureInfo.InvariantCulture, $"{segments.Count}\n");
        foreach (var (offset, length) in segments)
        {
            text.Append(CultureInfo.InvariantCulture, $"{offset}\n{length}\n");
        }
        byte[] map = new byte[(text.Length + TarHeader.Size - 1) / TarHeader.Size * TarHeader.Size];
        Encoding.ASCII.GetBytes(text.ToString(), map);
        return map;
    }

    private static string Time(long seconds, long nanoseconds)
    {
        bool negative = seconds < 0 || nanoseconds < 0;
        string fraction = Math.Abs(nanoseconds).ToString("D9", CultureInfo.InvariantCulture).TrimEnd('0');
        return $"{(negative ? "-" : "")}{Math.Abs(seconds).ToString(CultureInfo.InvariantCulture)}{(fraction.Length == 0 ? "" : "." + fraction)}";
    }

    private static byte Type(TarKind kind) => kind switch
    {
        TarKind.File => (byte)'0',
        TarKind.HardLink => (byte)'1',
        TarKind.Symlink => (byte)'2',
        TarKind.CharDevice => (byte)'3',
        TarKind.BlockDevice => (byte)'4',
        TarKind.Directory => (byte)'5',
        _ => (byte)'6',
    };

    private static string Octal(long value) => Convert.ToString(value, 8);
    private static byte[] Ascii(long value) => Encoding.ASCII.GetBytes(value.ToString(CultureInfo.InvariantCulture));

    private void Pad()
    {
        if (_left != 0)
        {
            throw new InvalidOperationException($"{_left} bytes of the entry's content are missing.");
        }
        Zeros(_padding);
        _padding = 0;
    }

    private void Zeros(int count)
    {
        _block.AsSpan().Clear();
        for (; count > 0; count -= Math.Min(count, TarHeader.Size))
        {
            to.Write(_block, 0, Math.Min(count, TarHeader.Size));
        }
    }
}
