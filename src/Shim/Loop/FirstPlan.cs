using System.Buffers.Binary;
using Brig.Linux;
using Brig.Linux.Wire;

namespace Brig.Shim.Loop;

/// <summary>Waits for Launch, Look or Root on the engine's connection. They alone may be large, so they alone are read into managed memory.</summary>
internal static unsafe class FirstPlan
{
    /// <summary>Returns when the engine has closed the connection.</summary>
    public static void AwaitEnd(Connection engine)
    {
        while (!engine.Broken)
            engine.Receive();
    }

    /// <param name="look">What to look at, where the answer is null.</param>
    /// <param name="root">Whose root to make, where that is null too.</param>
    /// <param name="joined">Those who came with Join.</param>
    public static LaunchPlan? Receive(Connection engine, List<Connection> joined, out LookRequest? look, out LaunchPlan? root)
    {
        (look, root) = (null, null);
        var buffer = new byte[16 * 1024];
        var length = 0;
        var passed = -1;
        while (true)
        {
            var wanted = Wanted(buffer.AsSpan(0, length));
            if (wanted > buffer.Length)
                Array.Resize(ref buffer, wanted);
            nint got;
            int came;
            fixed (byte* at = buffer)
                got = PassedDescriptor.Receive(engine.Fd, at + length, wanted - length, out came);
            if (got == -1 && Errno.Last == Errno.EINTR)
                continue;
            if (got <= 0)
                throw new WireException("the engine went away before it sent a plan");
            length += (int)got;
            if (came >= 0)
                passed = came;
            if (Frame.TryParse(buffer.AsSpan(0, length), out var type, out var payload, out _))
            {
                if (type == FrameType.Launch)
                    return PlanReader.Read(payload);
                if (type == FrameType.Look)
                {
                    look = LookRequest.Read(payload);
                    return null;
                }
                if (type == FrameType.Root)
                {
                    root = PlanReader.Read(payload);
                    return null;
                }
                if (type is not (FrameType.Attach or FrameType.Join) || payload.Length != 1)
                    throw new WireException("only Attach and Join may come before Launch");
                if (type == FrameType.Join)
                {
                    if (passed < 0)
                        throw new WireException("Join came without a descriptor");
                    joined.Add(new Connection(passed) { Attached = true, Lossless = ((AttachFlags)payload[0] & AttachFlags.Lossless) != 0 });
                    (passed, length) = (-1, 0);
                    continue;
                }
                engine.Attached = true;
                engine.Lossless = ((AttachFlags)payload[0] & AttachFlags.Lossless) != 0;
                engine.SendBlocking(Frame.Make(FrameType.Ack, []));
                length = 0;
            }
        }
    }

    /// <summary>Bytes of the frame that begins there, or of its header: not one more is read, for what follows may be for the child.</summary>
    private static int Wanted(ReadOnlySpan<byte> begun)
    {
        if (begun.Length < Frame.HeaderSize)
            return Frame.HeaderSize;
        var payload = BinaryPrimitives.ReadUInt32LittleEndian(begun);
        return payload <= Frame.MaxPayload ? Frame.HeaderSize + (int)payload : throw new WireException($"a frame of {payload} bytes is longer than {Frame.MaxPayload}");
    }
}
