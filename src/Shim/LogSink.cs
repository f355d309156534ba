using System.Text;
using Brig.Linux;
using Brig.Linux.LogFormat;
using static Brig.Linux.Libc;

namespace Brig.Shim;

/// <summary>
/// The file below a <see cref="LogFile"/>: takes whole entries, rotates between them, and outlives a full disk: what was taken stays in the buffer and is tried
/// again, further entries are counted and lost, and an entry on stderr tells how many once there is room. The caller's memory is the buffer.
/// </summary>
internal sealed unsafe class LogSink(LogFolder folder, long maxSize)
{
    public const int BufferSize = 64 * 1024;
    private const long RetryNanoseconds = 100_000_000;
    private const int EDQUOT = 122;
    private const int LostLength = CriLine.HeadLength + 96;

    private byte* _buffer;
    private int _used;
    private int _fd = -1;
    private long _size;
    private long _limit;
    private int _error, _lostTo;
    private long _failedAt;
    private long _untold;

    public long Lost { get; private set; }

    /// <summary>Something waits for the disk.</summary>
    public bool Waits => _used > 0 || _untold > 0;

    /// <summary>Why nothing can be written at the moment; null: it can.</summary>
    public string? Trouble => _error == 0 ? null : Why(_error);

    /// <summary>Opens the file if need be; false when that is impossible now.</summary>
    /// <param name="buffer">At least <see cref="BufferSize"/>; the same until <see cref="Waits"/> is false.</param>
    public bool Ready(byte* buffer, long now)
    {
        _buffer = buffer;
        if (_fd >= 0)
            return true;
        if (IsTooSoon(now))
            return false;
        _fd = folder.OpenNewest(out _size);
        if (_fd < 0)
            return Fail(now);
        _error = 0;
        EndWhatWasLeft(now);
        return true;
    }

    /// <summary>One entry, in three parts, its newline added.</summary>
    public void Put(ReadOnlySpan<byte> head, ReadOnlySpan<byte> first, ReadOnlySpan<byte> second, bool partial, long now)
    {
        int length = head.Length + first.Length + second.Length + 1;
        if ((_untold > 0 && !TellLost(now)) || !MakeRoom(length, now))
        {
            Lose(partial ? 0 : 1);
            return;
        }
        var to = new Span<byte>(_buffer + _used, length);
        head.CopyTo(to);
        first.CopyTo(to = to[head.Length..]);
        second.CopyTo(to = to[first.Length..]);
        to[^1] = (byte)'\n';
        _used += length;
    }

    public void Lose(long lines)
    {
        Lost += lines;
        _untold += lines;
        _lostTo = _error;
    }

    /// <summary>Writes the buffer; false when something stays in it.</summary>
    /// <param name="anew">Even if the last try failed a moment ago.</param>
    public bool Push(long now, bool anew = false)
    {
        if (_used > 0 && !anew && IsTooSoon(now))
            return false;
        while (_used > 0)
        {
            nint wrote = write(_fd, _buffer, _used);
            if (wrote <= 0)
            {
                if (wrote < 0 && Errno.Last == Errno.EINTR)
                    continue;
                return Fail(now);
            }
            _error = 0;
            _size += wrote;
            _used -= (int)wrote;
            if (_used > 0)
                new ReadOnlySpan<byte>(_buffer + wrote, _used).CopyTo(new Span<byte>(_buffer, _used));
        }
        return true;
    }

    /// <summary>Puts the entry that tells how many lines were lost; false when it is too early for it.</summary>
    public bool TellLost(long now)
    {
        if (_untold == 0)
            return true;
        if (_fd < 0 || !Push(now) || !MakeRoom(LostLength, now)) // when all that was taken before is on the disk
            return false;
        var entry = new Span<byte>(_buffer + _used, LostLength);
        CriLine.WriteHead(entry, now, stream: 2, partial: false);
        _used += CriLine.HeadLength + Encoding.UTF8.GetBytes($"[brig] {_untold} lines lost: {Why(_lostTo)}\n", entry[CriLine.HeadLength..]);
        _untold = 0;
        return true;
    }

    public void Close()
    {
        _used = 0;
        if (_fd >= 0)
            _ = close(_fd);
        _fd = -1;
        folder.Close();
    }

    private bool MakeRoom(int length, long now)
    {
        if (_size + _used + length > Math.Max(maxSize, _limit) && _size + _used > 0 && Push(now))
            Rotate();
        return _used + length <= BufferSize || Push(now);
    }

    private void Rotate()
    {
        int next = folder.OpenNext();
        if (next < 0)
        {
            _limit = _size + BufferSize; // go on in this file and try again later
            return;
        }
        _ = close(_fd);
        _fd = next;
        _size = 0;
        _limit = 0;
    }

    /// <summary>A run before this one ended within a line, or its shim within an entry: end that, so that it does not join what comes now.</summary>
    private void EndWhatWasLeft(long now)
    {
        if (_size == 0)
            return;
        const int block = 1024;
        byte* bytes = stackalloc byte[block];
        bool torn = pread(_fd, bytes, 1, _size - 1) == 1 && bytes[0] != '\n';
        long end = torn ? _size : _size - 1, start = end;
        for (int index = -1; start > 0 && index < 0 && end - start < 2 * CriLine.MaxLength;)
        {
            int count = (int)Math.Min(block, start);
            if (pread(_fd, bytes, count, start - count) != count)
                return;
            index = new ReadOnlySpan<byte>(bytes, count).LastIndexOf((byte)'\n');
            start = start - count + index + 1;
        }
        if (torn)
            _buffer[_used++] = (byte)'\n';
        nint got = pread(_fd, bytes, CriLine.HeadLength, start);
        if (got == CriLine.HeadLength && CriLine.TryParse(new ReadOnlySpan<byte>(bytes, (int)got), out byte stream, out bool partial) && partial)
        {
            CriLine.WriteHead(new Span<byte>(_buffer + _used, CriLine.HeadLength), now, stream, partial: false);
            _used += CriLine.HeadLength;
            _buffer[_used++] = (byte)'\n';
        }
    }

    private static string Why(int errno) => errno is Errno.ENOSPC or EDQUOT ? "disk full" : Errno.Describe(errno);

    private bool IsTooSoon(long now) => _error != 0 && Math.Abs(now - _failedAt) < RetryNanoseconds;

    private bool Fail(long now)
    {
        _error = Errno.Last;
        _failedAt = now;
        return false;
    }
}
