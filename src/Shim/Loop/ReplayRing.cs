using Brig.Linux.Wire;
using static Brig.Linux.Libc;

namespace Brig.Shim.Loop;

/// <summary>The last 64 KiB that came out, for whoever attaches later. Mapped with the first byte.</summary>
internal sealed unsafe class ReplayRing
{
    private const int Capacity = 64 * 1024;
    private const int MaxPiece = 4096;
    private const int Head = 3;
    private byte* _memory;
    private int _start, _length;

    public void Append(byte stream, ReadOnlySpan<byte> bytes)
    {
        if (_memory == null)
            _memory = (byte*)mmap(null, Capacity, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
        if ((nint)_memory == -1)
        {
            _memory = null;
            return;
        }
        while (!bytes.IsEmpty)
        {
            var piece = bytes[..Math.Min(MaxPiece, bytes.Length)];
            while (Capacity - _length < Head + piece.Length)
                DropFirst();
            Push(stream);
            Push((byte)piece.Length);
            Push((byte)(piece.Length >> 8));
            foreach (var one in piece)
                Push(one);
            bytes = bytes[piece.Length..];
        }
    }

    public void ReplayTo(Connection connection)
    {
        Span<byte> frame = stackalloc byte[Frame.HeaderSize + 1 + MaxPiece];
        for (var at = 0; at < _length;)
        {
            var stream = At(at);
            var size = At(at + 1) | At(at + 2) << 8;
            Frame.WriteHeader(frame, FrameType.Output, 1 + size);
            frame[Frame.HeaderSize] = stream;
            for (var i = 0; i < size; i++)
                frame[Frame.HeaderSize + 1 + i] = At(at + Head + i);
            connection.SendOutput(frame[..(Frame.HeaderSize + 1 + size)], stream, size);
            at += Head + size;
        }
    }

    private byte At(int offset) => _memory[(_start + offset) % Capacity];

    private void Push(byte value) => _memory[(_start + _length++) % Capacity] = value;

    private void DropFirst()
    {
        var size = Head + (At(1) | At(2) << 8);
        _start = (_start + size) % Capacity;
        _length -= size;
    }
}
