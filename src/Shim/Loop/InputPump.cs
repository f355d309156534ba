using Brig.Linux;
using Brig.Shim.Launch;
using static Brig.Linux.Libc;

namespace Brig.Shim.Loop;

/// <summary>To the program's standard input.</summary>
internal sealed unsafe class InputPump(Streams streams, bool openStdin)
{
    public bool IsOpen => streams.Stdin >= 0 && (openStdin || streams.IsTerminal);

    /// <returns>How many bytes it took; all, when there is nobody to take them any more.</returns>
    public int Write(ReadOnlySpan<byte> bytes)
    {
        if (!IsOpen)
            return bytes.Length;
        fixed (byte* start = bytes)
        {
            var done = 0;
            while (done < bytes.Length)
            {
                var written = write(streams.Stdin, start + done, bytes.Length - done);
                if (written > 0)
                    done += (int)written;
                else if (Errno.Last == Errno.EAGAIN)
                    return done;
                else if (Errno.Last != Errno.EINTR)
                    return GiveUp(bytes.Length);
            }
            return done;
        }
    }

    /// <summary>End of file; on a terminal by its character.</summary>
    public void Close()
    {
        if (streams.IsTerminal)
            Write([4]);
        else
            GiveUp(0);
    }

    /// <returns>0 or an errno.</returns>
    public int Resize(bool isTerminal, ushort rows, ushort columns)
    {
        if (!isTerminal)
            return Errno.ENOTTY;
        var size = new winsize { ws_row = rows, ws_col = columns };
        return ioctl(streams.Stdin, TIOCSWINSZ, &size) == 0 ? 0 : Errno.Last;
    }

    private int GiveUp(int taken)
    {
        if (streams.IsTerminal || streams.Stdin < 0)
            return taken;
        close(streams.Stdin);
        streams.Stdin = -1;
        return taken;
    }
}
