using System.Buffers.Binary;

namespace Brig.Linux.Wire;

/// <summary>
/// What goes over a shim's socket: <c>u32 length of payload | u8 type | payload</c>, little-endian. Below 64 to the shim, above from it.
/// <code>
/// engine                                   shim
///   ── [Attach]  ──────────────────────────▶   optional, before Launch: then not a byte of output is missed
///   ── [Join(flags), descriptor] ──────────▶   the same for others: the descriptor is one more connection, which is attached already
///   ── Launch(plan) ───────────────────────▶   on descriptor 3 only, once
///   ── [Enter] ────────────────────────────▶   after Launch, where the plan says that the cgroup is made meanwhile: it is there now
///   ◀──────── [Cloned(pid), NewNetwork()] ──   where the plan says that interfaces are made meanwhile, and the namespace is new; the second is from the child itself, and means: it is there
///   ── [Network] ──────────────────────────▶   after Enter, and read by the child itself: they are there, the program may be executed
///   ◀───────────── Started(…) or Failed(…) ──   Failed: the shim ends after it, nothing is left
///   ◀──────────────────────── Birth(steps) ──   after Started, when nobody waits for it any more
///   ── Hello ──────────────────────────────▶   on any connection, any time
///   ◀─────────────────────────── Status(…) ──
///   ── Attach(flags) ──────────────────────▶
///   ◀──────────────────────────────── Ack ──   then Output and Skipped as they come
///   ── Input, CloseInput, Resize, Signal ──▶   Signal, Resize and CloseInput answer Ack or Error, Input only Error
///   ◀────────────────────────── Denials(…) ──   to every connection: after Status when there are any, then when there are more, twice a second at most
///   ◀─────────────────────────── Status(…) ──   to every connection at the end, after the last Output; then the socket closes
///
///   ── Look(target, files) ────────────────▶   on descriptor 3 only, in place of Launch
///   ◀─────────────── Looked(…) or Failed(…) ──   the shim ends after it
///
///   ── Root(plan) ─────────────────────────▶   the same: makes the root file system of a container that does not run, mounted nowhere
///   ◀─────────── RootMade(…) or Failed(…) ──   the shim ends when the connection closes, and the root with it unless somebody else holds it
/// </code>
/// </summary>
public enum FrameType : byte
{
    Launch = 1,
    Hello = 2,
    Signal = 3,
    Resize = 4,
    Attach = 5,
    Input = 6,
    CloseInput = 7,
    Look = 8,
    Enter = 9,
    Root = 10,
    Network = 11,
    Join = 12,
    Started = 65,
    Failed = 66,
    Status = 67,
    Output = 68,
    Skipped = 69,
    Ack = 70,
    Error = 71,
    Birth = 72,
    Looked = 73,
    Denials = 74,
    RootMade = 75,
    Cloned = 76,
    NewNetwork = 77,
}

[Flags]
public enum AttachFlags : byte
{
    None = 0,

    /// <summary>First the last 64 KiB that came out, where there is a pty or an exec.</summary>
    Replay = 1,

    /// <summary>Never skip: the program waits when this reader is slow. For an exec whose output is data.</summary>
    Lossless = 2,
}

public static class Frame
{
    /// <summary>Bytes before the payload.</summary>
    public const int HeaderSize = 5;

    /// <summary>Bytes; a longer payload is a broken peer.</summary>
    public const int MaxPayload = 32 * 1024 * 1024;

    public static void WriteHeader(Span<byte> destination, FrameType type, int payloadLength)
    {
        BinaryPrimitives.WriteUInt32LittleEndian(destination, (uint)payloadLength);
        destination[4] = (byte)type;
    }

    /// <summary>A whole frame.</summary>
    public static byte[] Make(FrameType type, ReadOnlySpan<byte> payload)
    {
        var frame = new byte[HeaderSize + payload.Length];
        WriteHeader(frame, type, payload.Length);
        payload.CopyTo(frame.AsSpan(HeaderSize));
        return frame;
    }

    /// <summary>Takes one frame from the start of what was received; false when it is not all there yet.</summary>
    /// <param name="consumed">Bytes of header and payload.</param>
    /// <exception cref="WireException">The length is beyond <see cref="MaxPayload"/>.</exception>
    public static bool TryParse(ReadOnlySpan<byte> received, out FrameType type, out ReadOnlySpan<byte> payload, out int consumed)
    {
        type = default;
        payload = default;
        consumed = 0;
        if (received.Length < HeaderSize)
            return false;
        var length = BinaryPrimitives.ReadUInt32LittleEndian(received);
        if (length > MaxPayload)
            throw new WireException($"a frame of {length} bytes is longer than {MaxPayload}");
        if (received.Length - HeaderSize < length)
            return false;
        type = (FrameType)received[4];
        payload = received.Slice(HeaderSize, (int)length);
        consumed = HeaderSize + (int)length;
        return true;
    }
}

/// <summary>Bytes that are not what the protocol says.</summary>
public sealed class WireException(string message) : Exception(message);
