using Brig.Linux;
using Brig.Linux.Wire;
using static Brig.Linux.Libc;

namespace Brig.Shim.Loop;

/// <summary>Waits for Launch on the engine's connection. It alone may be large, so it alone is read into managed memory.</summary>
internal static unsafe class FirstPlan
{
    public static LaunchPlan Receive(Connection engine)
    {
        var buffer = new byte[16 * 1024];
        var length = 0;
        while (true)
        {
            if (length == buffer.Length)
                Array.Resize(ref buffer, buffer.Length * 2);
            nint got;
            fixed (byte* at = buffer)
                got = read(engine.Fd, at + length, buffer.Length - length);
            if (got == -1 && Errno.Last == Errno.EINTR)
                continue;
            if (got <= 0)
                throw new WireException("the engine went away before it sent a plan");
            length += (int)got;
            while (Frame.TryParse(buffer.AsSpan(0, length), out var type, out var payload, out var consumed))
            {
                if (type == FrameType.Launch)
                {
                    engine.Received(buffer.AsSpan(consumed, length - consumed));
                    return PlanReader.Read(payload);
                }
                if (type != FrameType.Attach || payload.Length != 1)
                    throw new WireException("only Attach may come before Launch");
                engine.Attached = true;
                engine.Lossless = ((AttachFlags)payload[0] & AttachFlags.Lossless) != 0;
                engine.SendBlocking(Frame.Make(FrameType.Ack, []));
                buffer.AsSpan(consumed, length - consumed).CopyTo(buffer);
                length -= consumed;
            }
        }
    }
}
