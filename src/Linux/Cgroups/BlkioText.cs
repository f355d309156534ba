using Brig.Linux.Proc;

namespace Brig.Linux.Cgroups;

/// <summary>Tables of block I/O by device.</summary>
internal static class BlkioText
{
    /// <summary>v1 blkio.throttle.io_service_bytes_recursive: <c>254:0 Read 4096</c>, <c>254:0 Write 0</c>, …, <c>Total 4096</c>.</summary>
    public static void ReadBytes(ReadOnlySpan<byte> text, ref CgroupSample sample)
    {
        while (!text.IsEmpty)
        {
            if (TryV1(TextNumbers.Line(ref text), out int major, out int minor, out bool write, out long value))
            {
                ref BlockDeviceCounters device = ref sample.Device(major, minor);
                (write ? ref device.WriteBytes : ref device.ReadBytes) = value;
            }
        }
    }

    /// <summary>v1 blkio.throttle.io_serviced_recursive, of the same form.</summary>
    public static void ReadCounts(ReadOnlySpan<byte> text, ref CgroupSample sample)
    {
        while (!text.IsEmpty)
        {
            if (TryV1(TextNumbers.Line(ref text), out int major, out int minor, out bool write, out long value))
            {
                ref BlockDeviceCounters device = ref sample.Device(major, minor);
                (write ? ref device.Writes : ref device.Reads) = value;
            }
        }
    }

    /// <summary>v2 io.stat: <c>254:0 rbytes=4096 wbytes=0 rios=1 wios=0 dbytes=0 dios=0</c>. A device that never did I/O may have no values.</summary>
    public static void ReadV2(ReadOnlySpan<byte> text, ref CgroupSample sample)
    {
        while (!text.IsEmpty)
        {
            ReadOnlySpan<byte> line = TextNumbers.Line(ref text);
            if (!TryNumber(TextNumbers.Word(ref line), out int major, out int minor) || line.Trim((byte)' ').IsEmpty)
            {
                continue;
            }
            ref BlockDeviceCounters device = ref sample.Device(major, minor);
            for (ReadOnlySpan<byte> word = TextNumbers.Word(ref line); !word.IsEmpty; word = TextNumbers.Word(ref line))
            {
                if (word.StartsWith("rbytes="u8)) { device.ReadBytes = TextNumbers.Integer(word[7..]); }
                else if (word.StartsWith("wbytes="u8)) { device.WriteBytes = TextNumbers.Integer(word[7..]); }
                else if (word.StartsWith("rios="u8)) { device.Reads = TextNumbers.Integer(word[5..]); }
                else if (word.StartsWith("wios="u8)) { device.Writes = TextNumbers.Integer(word[5..]); }
            }
        }
    }

    private static bool TryV1(ReadOnlySpan<byte> line, out int major, out int minor, out bool write, out long value)
    {
        write = false;
        value = 0;
        if (!TryNumber(TextNumbers.Word(ref line), out major, out minor))
        {
            return false;
        }
        ReadOnlySpan<byte> kind = TextNumbers.Word(ref line);
        write = kind.SequenceEqual("Write"u8);
        value = TextNumbers.Integer(line);
        return write || kind.SequenceEqual("Read"u8);
    }

    private static bool TryNumber(ReadOnlySpan<byte> word, out int major, out int minor)
    {
        int colon = word.IndexOf((byte)':');
        major = colon <= 0 ? 0 : (int)TextNumbers.Integer(word[..colon]);
        minor = colon <= 0 ? 0 : (int)TextNumbers.Integer(word[(colon + 1)..]);
        return colon > 0;
    }
}
