using System.Buffers.Binary;
using Brig.Linux;
using Brig.Linux.Wire;
using static Brig.Linux.Libc;

namespace Brig.Shim.Loop;

/// <summary>
/// One peer of the shim. What it sends lies in 68 KiB, what it does not fetch in 512 KiB; beyond that its output is skipped and counted. One that asked to be waited for has 4 MiB: while the
/// program runs no more is read than it fetches, but when the program has ended what is left in pipes or terminal (1 MiB each, pipe(7)) goes to the log, and here, without waiting for anybody.
/// Both buffers are mapped only while something is in them.
/// </summary>
internal sealed unsafe class Connection(int fd)
{
    private const int InCapacity = 68 * 1024;
    private const int SkippingCapacity = 512 * 1024, LosslessCapacity = 4 * 1024 * 1024;
    private byte* _in;
    private int _inLength;
    private byte* _out;
    private int _outStart, _outEnd, _outCapacity;
    private byte[]? _owed;
    private ulong _skippedOut, _skippedError;

    public int Fd { get; } = fd;
    public bool Attached { get; set; }
    public bool Lossless { get; set; }

    /// <summary>It has not been told of the newest denials.</summary>
    public bool OwedDenials { get; set; }

    /// <summary>It sent input the program has not taken yet; nothing more is read from it until then.</summary>
    public bool WaitsForInput { get; set; }
    public bool Broken { get; private set; }

    /// <summary>What epoll watches it for; 0: it is not added.</summary>
    public uint Interest { get; set; }

    /// <summary>Bytes it has not fetched yet.</summary>
    public int Queued => _outEnd - _outStart;

    public ReadOnlySpan<byte> Unread => new(_in, _inLength);

    /// <param name="most">Bytes.</param>
    public void Receive(int most = InCapacity)
    {
        MapIn();
        var got = _inLength == InCapacity ? 0 : read(Fd, _in + _inLength, Math.Min(most, InCapacity - _inLength));
        if (got > 0)
            _inLength += (int)got;
        else if (got == 0 || Errno.Last is not (Errno.EAGAIN or Errno.EINTR))
            Broken = true;
    }

    /// <summary>Forgets the first bytes of <see cref="Unread"/>.</summary>
    public void Consume(int bytes)
    {
        _inLength -= bytes;
        new Span<byte>(_in + bytes, _inLength).CopyTo(new Span<byte>(_in, _inLength));
        if (_inLength > 0 || _in == null)
            return;
        munmap(_in, InCapacity);
        _in = null;
    }

    /// <summary>A partly taken Input frame: its payload without the first bytes.</summary>
    public void ConsumeInput(int taken)
    {
        var frame = new Span<byte>(_in, _inLength);
        var left = BinaryPrimitives.ReadUInt32LittleEndian(frame) - (uint)taken;
        Consume(taken);
        Frame.WriteHeader(new Span<byte>(_in, _inLength), FrameType.Input, (int)left);
    }

    /// <summary>An answer: never skipped; a peer that sends requests and never reads is cut off.</summary>
    public void Send(ReadOnlySpan<byte> frame)
    {
        if (!Enqueue(frame))
            Broken = true;
    }

    /// <param name="frame">With header and stream; <paramref name="length"/> is what came out of the program.</param>
    public void SendOutput(ReadOnlySpan<byte> frame, byte stream, int length)
    {
        if (_skippedOut + _skippedError != 0 || !Enqueue(frame))
            (stream == 2 ? ref _skippedError : ref _skippedOut) += (ulong)length;
    }

    /// <summary>To be sent when everything else has been.</summary>
    public void Owe(byte[] frame) => _owed = frame;

    /// <summary>Writes what waits, as far as the peer takes it.</summary>
    public void Flush()
    {
        while (Queued > 0 && !Broken)
        {
            var sent = send(Fd, _out + _outStart, Queued, MSG_DONTWAIT | MSG_NOSIGNAL);
            if (sent > 0)
                _outStart += (int)sent;
            else if (Errno.Last == Errno.EAGAIN)
                return;
            else
                Broken |= Errno.Last != Errno.EINTR;
        }
        _outStart = _outEnd = 0;
        Unmap();
        TellSkipped(1, ref _skippedOut);
        TellSkipped(2, ref _skippedError);
        if (_owed is not { } owed || Queued > 0)
            return;
        _owed = null;
        Send(owed);
    }

    /// <summary>Before there is a loop.</summary>
    public void SendBlocking(ReadOnlySpan<byte> frame)
    {
        fixed (byte* start = frame)
        {
            for (var done = 0; done < frame.Length;)
            {
                var sent = send(Fd, start + done, frame.Length - done, MSG_NOSIGNAL);
                if (sent == -1 && Errno.Last == Errno.EINTR)
                    continue;
                if (sent <= 0)
                {
                    Broken = true;
                    return;
                }
                done += (int)sent;
            }
        }
    }

    /// <summary>It does not keep to the protocol.</summary>
    public void Break() => Broken = true;

    public void Close()
    {
        close(Fd);
        Consume(_inLength);
        _outStart = _outEnd = 0;
        Unmap();
    }

    private void TellSkipped(byte stream, ref ulong count)
    {
        if (count != 0 && Enqueue(OutputFrames.Skipped(stream, count)))
            count = 0;
    }

    private bool Enqueue(ReadOnlySpan<byte> frame)
    {
        if (Broken)
            return true;
        if (Queued == 0)
        {
            nint sent;
            fixed (byte* start = frame)
                sent = send(Fd, start, frame.Length, MSG_DONTWAIT | MSG_NOSIGNAL);
            if (sent == -1 && Errno.Last is not (Errno.EAGAIN or Errno.EINTR))
                Broken = true;
            if (sent == frame.Length || Broken)
                return true;
            frame = frame[(int)Math.Max(0, sent)..];
        }
        if (_out == null)
            _out = Map(_outCapacity = Lossless ? LosslessCapacity : SkippingCapacity);
        if (frame.Length > _outCapacity - Queued)
            return false;
        if (frame.Length > _outCapacity - _outEnd)
        {
            new Span<byte>(_out + _outStart, Queued).CopyTo(new Span<byte>(_out, _outCapacity));
            _outEnd = Queued;
            _outStart = 0;
        }
        frame.CopyTo(new Span<byte>(_out + _outEnd, _outCapacity - _outEnd));
        _outEnd += frame.Length;
        return true;
    }

    private void MapIn()
    {
        if (_in == null)
            _in = Map(InCapacity);
    }

    private void Unmap()
    {
        if (_out == null)
            return;
        munmap(_out, (nuint)_outCapacity);
        _out = null;
    }

    private static byte* Map(int size)
    {
        var memory = mmap(null, (nuint)size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
        return (nint)memory != -1 ? (byte*)memory : throw new LinuxException("mmap", "a connection's buffer", Errno.Last);
    }
}
