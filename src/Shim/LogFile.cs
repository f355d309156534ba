using Brig.Linux;
using Brig.Linux.LogFormat;

namespace Brig.Shim;

/// <summary>
/// Writes a container's output as CRI text lines (<see cref="CriLine"/>) to numbered files that are only ever appended to.
/// <para><b>What is where.</b> When <see cref="Append"/> returns, every whole line of it is in the file. What follows the last newline is the open line of its
/// stream and waits for its end: ordinary output, which comes in lumps that end anywhere, is not cut to pieces. A line open for 100 ms (a prompt, a
/// progress bar) is written as a piece with tag P. A line longer than 16 KiB is pieces of that size.</para>
/// <para><b>How to drive it.</b> The pump waits at most <see cref="FlushIn"/> milliseconds, and calls <see cref="Flush"/> each time it found nothing to read.</para>
/// <para><b>Disk full.</b> Nothing throws, no entry is torn, the container is not held up: see <see cref="LogSink"/>.</para>
/// <para>One thread. Memory (96 KiB) is mapped with the first output, touched only as far as used, and given back after a quiet second.</para>
/// </summary>
/// <param name="folder">Made if missing; looked at with the first output, so that a silent container costs nothing.</param>
/// <param name="maxSize">Bytes of one file; the next begins at an entry's end before it would grow beyond.</param>
/// <param name="maxFiles">Kept; the lowest number goes first.</param>
/// <param name="clock">Nanoseconds since 1970, UTC; null: the machine's.</param>
internal sealed unsafe class LogFile(string folder, long maxSize, int maxFiles, Func<long>? clock = null)
{
    private const int OpenMilliseconds = 100, QuietMilliseconds = 1000;
    private const long Millisecond = 1_000_000, Second = 1_000_000_000;
    private const int MapSize = LogSink.BufferSize + 2 * CriLine.MaxText;

    private readonly LogSink _sink = new(new LogFolder(folder, Math.Max(1, maxFiles)), maxSize);
    private readonly byte[] _head = new byte[CriLine.HeadLength];
    private readonly long[] _openSince = new long[2];  // 0: not timed
    private readonly int[] _openLength = new int[2];
    private byte* _memory;
    private long _now, _second = long.MinValue;

    /// <summary>Lines lost because they could not be written, since the start.</summary>
    public long Lost => _sink.Lost;

    /// <summary>Why output waits in memory at the moment, and is lost when that is full; null: all is well.</summary>
    public string? Trouble => _sink.Trouble;

    /// <summary>For epoll_wait: when <see cref="Flush"/> next has something to do, milliseconds; -1: not before more output.</summary>
    public int FlushIn()
        => _memory == null ? -1
        : _sink.Waits || _openSince[0] != 0 || _openSince[1] != 0 ? OpenMilliseconds
        : _openLength[0] + _openLength[1] == 0 ? QuietMilliseconds
        : -1;

    /// <summary>False when lines were lost.</summary>
    /// <param name="stream">1 stdout, 2 stderr.</param>
    public bool Append(byte stream, ReadOnlySpan<byte> bytes)
    {
        long lostBefore = Lost;
        Stamp();
        if (!Ready())
        {
            _sink.Lose(Math.Max(1, System.MemoryExtensions.Count(bytes, (byte)'\n')));
            return false;
        }
        int open = stream == 2 ? 1 : 0;
        while (!bytes.IsEmpty)
        {
            int room = CriLine.MaxText - _openLength[open];
            var within = bytes[..Math.Min(bytes.Length, room + 1)];
            int newline = within.IndexOf((byte)'\n');
            if (newline < 0 && bytes.Length <= room)
            {
                Keep(open, bytes);
                break;
            }
            bool partial = newline < 0;
            int length = partial ? CriLine.WholeCharacters(within[..room]) : newline;
            Put(open, bytes[..length], partial);
            bytes = bytes[(partial ? length : length + 1)..];
        }
        PutDue();
        _sink.Push(_now);
        return Lost == lostBefore;
    }

    /// <summary>Writes what has waited long enough: open lines, and what a full disk held back. Append does the same in passing.</summary>
    public void Flush()
    {
        if (FlushIn() < 0)
            return;
        long last = _now;
        Stamp();
        PutDue();
        if (_sink.Waits && Ready())
            _ = _sink.TellLost(_now) && _sink.Push(_now);
        if (FlushIn() != QuietMilliseconds)
            return;
        if (Math.Abs(_now - last) >= QuietMilliseconds * Millisecond)
            Unmap();
        else
            _now = last; // quiet is counted from the last output
    }

    /// <summary>The program ended: writes what is left, as a piece when no newline ended it, and closes.</summary>
    public void Finish()
    {
        if (_memory != null)
        {
            Stamp();
            for (int open = 0; open < 2; open++)
                PutOpen(open, _openLength[open]);
            _ = _sink.Push(_now, anew: true) && _sink.TellLost(_now) && _sink.Push(_now);
        }
        _sink.Close();
        Unmap();
    }

    /// <summary>What has been open for long, also while the other stream, or the same line, goes on and on.</summary>
    private void PutDue()
    {
        for (int open = 0; open < 2; open++)
            if (_openSince[open] != 0 && Math.Abs(_now - _openSince[open]) >= OpenMilliseconds * Millisecond)
                PutOpen(open, CriLine.WholeCharacters(Open(open)));
    }

    private ReadOnlySpan<byte> Open(int open) => new(OpenStart(open), _openLength[open]);

    private byte* OpenStart(int open) => _memory + LogSink.BufferSize + open * CriLine.MaxText;

    private void Keep(int open, ReadOnlySpan<byte> bytes)
    {
        bytes.CopyTo(new Span<byte>(OpenStart(open) + _openLength[open], bytes.Length));
        _openLength[open] += bytes.Length;
        if (_openSince[open] == 0)
            _openSince[open] = _now;
    }

    /// <summary>Of the open line so many bytes as a piece; the rest (half a character) waits for what follows it.</summary>
    private void PutOpen(int open, int length)
    {
        var rest = Open(open)[length..];
        _openLength[open] = length;
        if (length > 0)
            Put(open, default, partial: true);
        rest.CopyTo(new Span<byte>(OpenStart(open), rest.Length));
        _openLength[open] = rest.Length;
        _openSince[open] = 0;
    }

    private void Put(int open, ReadOnlySpan<byte> text, bool partial)
    {
        CriLine.WriteStream(_head, (byte)(open + 1));
        CriLine.WriteTag(_head, partial);
        _sink.Put(_head, Open(open), text, partial, _now);
        _openLength[open] = 0;
        _openSince[open] = 0;
    }

    /// <summary>One reading of the clock for all lines of one call.</summary>
    private void Stamp()
    {
        _now = clock == null ? Libc.Clock(Libc.CLOCK_REALTIME) : clock();
        long second = _now / Second;
        if (second != _second)
            CriLine.WriteSecond(_head, _second = second);
        CriLine.WriteFraction(_head, (int)(_now - second * Second));
    }

    private bool Ready()
    {
        if (_memory == null)
        {
            void* memory = Libc.mmap(null, MapSize, Libc.PROT_READ | Libc.PROT_WRITE, Libc.MAP_PRIVATE | Libc.MAP_ANONYMOUS, -1, 0);
            if ((nint)memory == -1)
                return false;
            _memory = (byte*)memory;
        }
        return _sink.Ready(_memory, _now);
    }

    private void Unmap()
    {
        if (_memory != null)
            _ = Libc.munmap(_memory, MapSize);
        _memory = null;
    }
}
