using Brig.Linux;
using Brig.Linux.Wire;
using Brig.Shim.Launch;
using static Brig.Linux.Libc;

namespace Brig.Shim.Loop;

/// <summary>From the program's pipes or pty to the log first, then to whoever is attached.</summary>
internal sealed unsafe class OutputPump(LogFile? log, ReplayRing? replay, List<Connection?> connections)
{
    private const int Head = Frame.HeaderSize + 1;
    private const int Capacity = 64 * 1024;

    /// <summary>A pty delivers through a kernel thread, so its last bytes may come a moment after its program is gone.</summary>
    private const int TerminalPatience = 200;

    /// <summary>More than a pty holds (640 KiB).</summary>
    private const int MostInTerminal = 1024 * 1024;
    private readonly uint[] _interest = new uint[8];
    private readonly byte* _buffer = (byte*)mmap(null, Head + Capacity, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);

    /// <summary>False at the end of the stream.</summary>
    public bool Read(Streams streams, byte stream) => ReadOnce(stream == 2 ? streams.Stderr : streams.Stdout, stream) > 0;

    public void Interest(int epoll, int fd, int source, uint wanted)
    {
        if (fd < 0 || _interest[source] == wanted)
            return;
        var change = new epoll_event { events = wanted, data = source };
        epoll_ctl(epoll, wanted == 0 ? EPOLL_CTL_DEL : _interest[source] == 0 ? EPOLL_CTL_ADD : EPOLL_CTL_MOD, fd, &change);
        _interest[source] = wanted;
    }

    public void Close(Streams streams, byte stream, int epoll)
    {
        var fd = stream == 2 ? streams.Stderr : streams.Stdout;
        Interest(epoll, fd, stream + 1, 0);
        close(fd);
        if (stream == 2)
            streams.Stderr = -1;
        else
            streams.Stdout = -1;
    }

    /// <summary>Everything that is there now, for nobody's sake waited; a process left behind that still has a stream open is not waited for either, even if it writes on and on.</summary>
    public void Drain(Streams streams)
    {
        streams.LetTerminalGo();
        DrainOne(streams.Stdout, 1, streams.IsTerminal);
        DrainOne(streams.Stderr, 2, false);
    }

    private void DrainOne(int fd, byte stream, bool isTerminal)
    {
        if (fd < 0)
            return;
        for (var left = isTerminal ? MostInTerminal : fcntl(fd, F_GETPIPE_SZ, 0); left > 0;)
        {
            var got = ReadOnce(fd, stream);
            if (got == 0)
                return;
            if (got > 0)
            {
                left -= got;
                continue;
            }
            var wait = new pollfd { fd = fd, events = POLLIN };
            if (!isTerminal || poll(&wait, 1, TerminalPatience) == 0)
                return;
        }
    }

    /// <summary>Bytes; 0 at the end; -1 when there is nothing now.</summary>
    private int ReadOnce(int fd, byte stream)
    {
        var got = (int)read(fd, _buffer + Head, Capacity);
        if (got < 0)
            return Errno.Last is Errno.EAGAIN or Errno.EINTR ? -1 : 0;
        if (got == 0)
            return 0;
        var bytes = new ReadOnlySpan<byte>(_buffer + Head, got);
        log?.Append(stream, bytes);
        replay?.Append(stream, bytes);
        var frame = new Span<byte>(_buffer, Head + got);
        Frame.WriteHeader(frame, FrameType.Output, 1 + got);
        frame[Frame.HeaderSize] = stream;
        foreach (var connection in connections)
            if (connection is { Attached: true })
                connection.SendOutput(frame, stream, got);
        return got;
    }
}
