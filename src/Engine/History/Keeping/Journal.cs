using System.Buffers.Binary;
using System.Numerics;
using Brig.Engine.History.Packing;
using Microsoft.Win32.SafeHandles;

namespace Brig.Engine.History.Keeping;

/// <summary>
/// The rows that are no chunk yet, so that an engine that is killed loses none: appended once a second, into the page cache. A power cut may lose what the kernel had not written back; a record
/// that is torn, and all behind it, is cut off at the next start.
/// <code>
/// "BrigJrn1" | u64 generation | u32 crc        then for each: u32 length | u32 crc | payload
/// payload: 1 | what it is as JSON              the next source, counted from 0
///          2 | { source | length | its row }…  as <see cref="OpenRows"/> writes it
/// </code>
/// A generation that the database already has is not replayed: it was killed between its commit and the new journal.
/// </summary>
internal sealed class Journal(string path) : IDisposable
{
    public const byte Source = 1, Row = 2;
    private const int HeadLength = 20, MostPayload = 64 << 20;
    private static ReadOnlySpan<byte> Magic => "BrigJrn1"u8;

    private readonly ByteWriter _record = new(64 * 1024);
    private SafeFileHandle? _file;
    private long _length;

    public long Generation { get; private set; }

    /// <summary>Reads what is there, oldest first. A damaged end is cut off.</summary>
    /// <param name="replay">Called with each payload; an InvalidDataException of it ends the replay too.</param>
    /// <param name="after">Only a generation behind this one is replayed.</param>
    /// <exception cref="IOException"/>
    public void Open(long after, Action<byte[]> replay)
    {
        _file?.Dispose();
        _file = File.OpenHandle(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.ReadWrite);
        File.SetUnixFileMode(_file, UnixFileMode.UserRead | UnixFileMode.UserWrite);
        byte[] head = new byte[HeadLength];
        bool isWhole = RandomAccess.Read(_file, head, 0) == HeadLength && head.AsSpan(0, 8).SequenceEqual(Magic)
            && BinaryPrimitives.ReadUInt32LittleEndian(head.AsSpan(16)) == Crc(head.AsSpan(0, 16));
        Generation = isWhole ? BinaryPrimitives.ReadInt64LittleEndian(head.AsSpan(8)) : 0;
        if (!isWhole || Generation <= after)
        {
            Begin(Math.Max(after, Generation) + 1);
            return;
        }
        _length = HeadLength;
        while (Next() is { } payload)
        {
            try
            {
                replay(payload);
            }
            catch (InvalidDataException)
            {
                break;
            }
            _length += 8 + payload.Length;
        }
        RandomAccess.SetLength(_file, _length);
    }

    /// <summary>What was appended is in the database: from now on of the next generation, and empty.</summary>
    public void Begin(long generation)
    {
        RandomAccess.SetLength(_file!, 0);
        _length = 0;
        byte[] head = new byte[HeadLength];
        Magic.CopyTo(head);
        BinaryPrimitives.WriteInt64LittleEndian(head.AsSpan(8), generation);
        BinaryPrimitives.WriteUInt32LittleEndian(head.AsSpan(16), Crc(head.AsSpan(0, 16)));
        RandomAccess.Write(_file!, head, 0);
        (Generation, _length) = (generation, HeadLength);
    }

    /// <summary>One write for one record; either it is there whole, or nothing of it is.</summary>
    /// <exception cref="IOException">The disk is full, or broken.</exception>
    public void Append(ReadOnlySpan<byte> payload)
    {
        _record.Clear();
        var head = _record.Room(8);
        BinaryPrimitives.WriteInt32LittleEndian(head, payload.Length);
        BinaryPrimitives.WriteUInt32LittleEndian(head[4..], Crc(payload));
        _record.Bytes(payload);
        try
        {
            RandomAccess.Write(_file!, _record.Written, _length);
            _length += _record.Length;
        }
        catch (IOException)
        {
            RandomAccess.SetLength(_file!, _length);
            throw;
        }
    }

    public void Dispose() => _file?.Dispose();

    private byte[]? Next()
    {
        Span<byte> head = stackalloc byte[8];
        if (RandomAccess.Read(_file!, head, _length) != 8)
        {
            return null;
        }
        int length = BinaryPrimitives.ReadInt32LittleEndian(head);
        if (length is <= 0 or > MostPayload || RandomAccess.GetLength(_file!) - _length - 8 < length)
        {
            return null;
        }
        byte[] payload = new byte[length];
        int at = 0;
        while (at < length)
        {
            int read = RandomAccess.Read(_file!, payload.AsSpan(at), _length + 8 + at);
            if (read == 0)
            {
                return null;
            }
            at += read;
        }
        return Crc(payload) == BinaryPrimitives.ReadUInt32LittleEndian(head[4..]) ? payload : null;
    }

    private static uint Crc(ReadOnlySpan<byte> bytes)
    {
        uint crc = ~0u;
        for (; bytes.Length >= 8; bytes = bytes[8..])
        {
            crc = BitOperations.Crc32C(crc, BinaryPrimitives.ReadUInt64LittleEndian(bytes));
        }
        foreach (byte one in bytes)
        {
            crc = BitOperations.Crc32C(crc, one);
        }
        return ~crc;
    }
}
