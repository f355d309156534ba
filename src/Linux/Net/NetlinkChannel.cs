using System.Buffers.Binary;
using System.Text;
using static Brig.Linux.Libc;

namespace Brig.Linux.Net;

/// <summary>
/// A netlink(7) socket: requests out, acknowledgements and dumps back. It belongs to the network namespace it was made in, whoever uses it later.
/// One conversation at a time; safe to use from several threads.
/// </summary>
internal sealed unsafe class NetlinkChannel : IDisposable
{
    /// <summary>The kernel's largest part of a dump is 32 KiB.</summary>
    private const int BufferSize = 64 * 1024;

    /// <summary>So many acknowledgements lie in the smallest receive buffer.</summary>
    private const int MostAtOnce = 64;

    /// <summary>A dump during which something changed is asked for again; on a machine that never rests the last one is as good as any.</summary>
    private const int Attempts = 8;

    private readonly Lock _gate = new();
    private readonly byte[] _buffer = GC.AllocateUninitializedArray<byte>(BufferSize, pinned: true);
    private int _fd;
    private uint _sequence;

    /// <summary>In the network namespace of the calling thread.</summary>
    /// <exception cref="LinuxException">The kernel refused.</exception>
    public NetlinkChannel(int protocol)
    {
        _fd = Errno.Check(socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, protocol), "socket", "AF_NETLINK");
        int yes = 1;
        _ = setsockopt(_fd, SOL_NETLINK, NETLINK_EXT_ACK, &yes, sizeof(int));
        _ = setsockopt(_fd, SOL_NETLINK, NETLINK_CAP_ACK, &yes, sizeof(int));
    }

    /// <summary>
    /// All of them, in that order; the kernel does each, whatever became of those before.
    /// </summary>
    /// <exception cref="LinuxException">The first that failed with an errno it does not tolerate.</exception>
    public void Send(ReadOnlySpan<NetRequest> requests)
    {
        LinuxException? first = null;
        lock (_gate)
        {
            for (; !requests.IsEmpty; requests = requests[Math.Min(MostAtOnce, requests.Length)..])
            {
                SendSome(requests[..Math.Min(MostAtOnce, requests.Length)], ref first);
            }
        }
        if (first is not null)
        {
            throw first;
        }
    }

    /// <summary>All of them or none (nfnetlink's batches).</summary>
    /// <exception cref="LinuxException">One was refused; nothing was changed.</exception>
    public void Transact(ushort subsystem, ReadOnlySpan<NetRequest> requests)
    {
        lock (_gate)
        {
            uint begin = _sequence + 1;
            var first = requests[0];
            using var all = new MemoryStream();
            Frame(NFNL_MSG_BATCH_BEGIN);
            foreach (var request in requests)
            {
                Add(request.Bytes);
            }
            Frame(NFNL_MSG_BATCH_END);
            Put(all.ToArray(), first);
            for (int left = requests.Length; left > 0;)
            {
                ReadOnlySpan<byte> got = Take(first);
                while (NetlinkReader.Next(ref got, out var header, out var message))
                {
                    if (header.Type != NLMSG_ERROR || header.Sequence < begin || header.Sequence > _sequence)
                    {
                        continue;
                    }
                    left--;
                    if (Failure(requests[Math.Clamp((int)(header.Sequence - begin) - 1, 0, requests.Length - 1)], header, message) is { } failure)
                    {
                        throw failure;
                    }
                }
            }

            void Frame(ushort type)
            {
                Span<byte> body = stackalloc byte[4];
                BinaryPrimitives.WriteUInt16BigEndian(body[2..], subsystem);
                Add(new NetlinkMessage(type, 0).Raw(body).Finish());
            }

            void Add(byte[] bytes)
            {
                BinaryPrimitives.WriteUInt32LittleEndian(bytes.AsSpan(8), ++_sequence);
                all.Write(bytes);
            }
        }
    }

    /// <summary>Every answer to one request, headers and all.</summary>
    /// <param name="dump">With NLM_F_DUMP: many answers; else one.</param>
    public byte[] Ask(NetRequest request, bool dump)
    {
        lock (_gate)
        {
            for (int attempt = 1; ; attempt++)
            {
                uint sequence = ++_sequence;
                byte[] bytes = request.Bytes;
                BinaryPrimitives.WriteUInt32LittleEndian(bytes.AsSpan(8), sequence);
                Put(bytes, request);
                if (Collect(request, sequence, dump, out bool changed) is var all && (!changed || attempt == Attempts))
                {
                    return all;
                }
            }
        }
    }

    public void Dispose()
    {
        lock (_gate)
        {
            if (_fd >= 0)
            {
                close(_fd);
                _fd = -1;
            }
        }
    }

    private void SendSome(ReadOnlySpan<NetRequest> requests, ref LinuxException? first)
    {
        uint begin = _sequence + 1;
        byte[] all = new byte[Total(requests)];
        int at = 0;
        foreach (var request in requests)
        {
            request.Bytes.CopyTo(all, at);
            BinaryPrimitives.WriteUInt32LittleEndian(all.AsSpan(at + 8), ++_sequence);
            at += request.Bytes.Length;
        }
        Put(all, requests[0]);
        for (int left = requests.Length; left > 0;)
        {
            ReadOnlySpan<byte> got = Take(requests[0]);
            while (NetlinkReader.Next(ref got, out var header, out var message))
            {
                if (header.Type != NLMSG_ERROR || header.Sequence < begin || header.Sequence > _sequence)
                {
                    continue;
                }
                left--;
                if (Failure(requests[(int)(header.Sequence - begin)], header, message) is { } failure)
                {
                    first ??= failure;
                }
            }
        }
    }

    private byte[] Collect(NetRequest request, uint sequence, bool dump, out bool changed)
    {
        changed = false;
        using var all = new MemoryStream();
        while (true)
        {
            var got = Take(request);
            var rest = got;
            bool answers = false, ends = !dump;
            while (NetlinkReader.Next(ref rest, out var header, out var message))
            {
                if (header.Sequence != sequence)
                {
                    continue;   // of a conversation that was broken off
                }
                answers = true;
                changed |= (header.Flags & NLM_F_DUMP_INTR) != 0;
                if (header.Type == NLMSG_ERROR && Failure(request, header, message) is { } failure)
                {
                    throw failure;
                }
                ends |= header.Type is NLMSG_DONE or NLMSG_ERROR;
            }
            if (answers)
            {
                all.Write(got);   // the end may come in one piece with the last of what was asked for
            }
            if (answers && ends)
            {
                return all.ToArray();
            }
        }
    }

    private static int Total(ReadOnlySpan<NetRequest> requests)
    {
        int total = 0;
        foreach (var request in requests)
        {
            total += request.Bytes.Length;   // each a multiple of four
        }
        return total;
    }

    private void Put(byte[] bytes, NetRequest about)
    {
        ObjectDisposedException.ThrowIf(_fd < 0, this);
        fixed (byte* at = bytes)
        {
            while (send(_fd, at, bytes.Length, 0) == -1)
            {
                if (Errno.Last != Errno.EINTR)
                {
                    throw new LinuxException("send", about.Object, Errno.Last);
                }
            }
        }
    }

    private ReadOnlySpan<byte> Take(NetRequest about)
    {
        fixed (byte* at = _buffer)
        {
            nint got;
            while ((got = recv(_fd, at, BufferSize, 0)) == -1)
            {
                if (Errno.Last != Errno.EINTR)
                {
                    throw new LinuxException("recv", about.Object, Errno.Last);
                }
            }
            return _buffer.AsSpan(0, (int)got);
        }
    }

    /// <summary>struct nlmsgerr: minus the errno, the header of what it answers, then, with NLM_F_ACK_TLVS, attributes. 0 is an acknowledgement.</summary>
    private static LinuxException? Failure(NetRequest request, NetlinkHeader header, ReadOnlySpan<byte> message)
    {
        int errno = message.Length < 20 ? Errno.EIO : -BinaryPrimitives.ReadInt32LittleEndian(message);
        if (errno == 0 || request.Tolerated.Contains(errno))
        {
            return null;
        }
        string? text = null;
        if ((header.Flags & NLM_F_ACK_TLVS) != 0 && message.Length > 20)
        {
            uint echoed = (header.Flags & NLM_F_CAPPED) != 0 ? NetlinkMessage.HeaderSize : BinaryPrimitives.ReadUInt32LittleEndian(message[4..]);
            var attributes = message[(int)Math.Min((uint)message.Length, 4 + (echoed + 3 & ~3u))..];
            while (NetlinkReader.Attribute(ref attributes, out ushort type, out var value))
            {
                if (type == NLMSGERR_ATTR_MSG)
                {
                    text = Encoding.UTF8.GetString(value.TrimEnd((byte)0));
                }
            }
        }
        return new(request.Call, request.Object, errno, text);
    }
}
