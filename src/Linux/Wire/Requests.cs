using System.Buffers.Binary;

namespace Brig.Linux.Wire;

/// <summary>The engine's frames, whole, ready to send.</summary>
public static class Requests
{
    public static byte[] Launch(LaunchPlan plan) => Frame.Make(FrameType.Launch, PlanWriter.Write(plan));

    public static byte[] Look(LookRequest request) => Frame.Make(FrameType.Look, request.Write());

    /// <param name="plan">Of it only the root's layers, upper and work count, and the user namespace's maps.</param>
    public static byte[] Root(LaunchPlan plan) => Frame.Make(FrameType.Root, PlanWriter.Write(plan));

    public static byte[] Enter() => Frame.Make(FrameType.Enter, []);

    public static byte[] Network() => Frame.Make(FrameType.Network, []);

    public static byte[] Hello() => Frame.Make(FrameType.Hello, []);

    public static byte[] Signal(int signal)
    {
        Span<byte> payload = stackalloc byte[4];
        BinaryPrimitives.WriteInt32LittleEndian(payload, signal);
        return Frame.Make(FrameType.Signal, payload);
    }

    public static byte[] Resize(ushort rows, ushort columns)
    {
        Span<byte> payload = stackalloc byte[4];
        BinaryPrimitives.WriteUInt16LittleEndian(payload, rows);
        BinaryPrimitives.WriteUInt16LittleEndian(payload[2..], columns);
        return Frame.Make(FrameType.Resize, payload);
    }

    public static byte[] Attach(AttachFlags flags) => Frame.Make(FrameType.Attach, [(byte)flags]);

    /// <summary>Goes with a descriptor (<see cref="PassedDescriptor"/>).</summary>
    public static byte[] Join(AttachFlags flags) => Frame.Make(FrameType.Join, [(byte)flags]);

    /// <param name="bytes">At most 64 KiB at a time, so that no reader needs a large buffer.</param>
    public static byte[] Input(ReadOnlySpan<byte> bytes) => Frame.Make(FrameType.Input, bytes);

    public static byte[] CloseInput() => Frame.Make(FrameType.CloseInput, []);
}

/// <summary>The shim's frames about output: <c>stream u8 | bytes</c> and <c>stream u8 | count u64</c>.</summary>
public static class OutputFrames
{
    public static byte[] Skipped(byte stream, ulong bytes)
    {
        Span<byte> payload = stackalloc byte[9];
        payload[0] = stream;
        BinaryPrimitives.WriteUInt64LittleEndian(payload[1..], bytes);
        return Frame.Make(FrameType.Skipped, payload);
    }

    /// <returns>The stream (1 stdout, 2 stderr); <paramref name="bytes"/> is what came out.</returns>
    public static byte ReadOutput(ReadOnlySpan<byte> payload, out ReadOnlySpan<byte> bytes)
    {
        if (payload.IsEmpty)
            throw new WireException("an output frame without its stream");
        bytes = payload[1..];
        return payload[0];
    }

    public static byte ReadSkipped(ReadOnlySpan<byte> payload, out ulong bytes)
    {
        var r = new WireReader(payload);
        var stream = r.U8();
        bytes = r.U64();
        return stream;
    }
}
