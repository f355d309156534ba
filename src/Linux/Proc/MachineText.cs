namespace Brig.Linux.Proc;

/// <summary>/proc/stat, /proc/loadavg and /proc/meminfo.</summary>
internal static class MachineText
{
    /// <summary>The lines <c>cpu0 user nice system idle iowait irq softirq steal guest guest_nice</c>, up to the first other line.</summary>
    public static void ReadStat(ReadOnlySpan<byte> text, ref MachineCounters machine)
    {
        machine.CoreCount = 0;
        while (text.StartsWith("cpu"u8))
        {
            ReadOnlySpan<byte> line = TextNumbers.Line(ref text);
            if (line.Length < 4 || line[3] == (byte)' ')
            {
                continue;   // the sum
            }
            TextNumbers.Word(ref line);
            long total = 0, idle = 0;
            for (int field = 0; field < 8; field++)   // guest time is in user already
            {
                long ticks = TextNumbers.Integer(TextNumbers.Word(ref line));
                total += ticks;
                idle += field is 3 or 4 ? ticks : 0;
            }
            if (machine.Cores is null || machine.Cores.Length == machine.CoreCount)
            {
                Array.Resize(ref machine.Cores, Math.Max(8, machine.CoreCount * 2));
            }
            machine.Cores[machine.CoreCount++] = new(total - idle, total);
        }
    }

    /// <summary><c>0.20 0.18 0.12 1/80 11206</c>.</summary>
    public static void ReadLoad(ReadOnlySpan<byte> text, ref MachineCounters machine)
    {
        machine.Load1 = TextNumbers.Decimal(TextNumbers.Word(ref text));
        machine.Load5 = TextNumbers.Decimal(TextNumbers.Word(ref text));
        machine.Load15 = TextNumbers.Decimal(TextNumbers.Word(ref text));
        ReadOnlySpan<byte> tasks = TextNumbers.Word(ref text);
        machine.Tasks = TextNumbers.Integer(tasks[(tasks.IndexOf((byte)'/') + 1)..]);
    }

    /// <summary>Lines <c>MemTotal:  16384 kB</c>.</summary>
    public static void ReadMemory(ReadOnlySpan<byte> text, ref MachineCounters machine)
    {
        (machine.MemoryTotal, machine.MemoryAvailable, machine.SwapTotal, machine.SwapFree) = (0, 0, 0, 0);
        (machine.Anonymous, machine.FileCache, machine.Kernel) = (0, 0, 0);
        while (!text.IsEmpty)
        {
            ReadOnlySpan<byte> line = TextNumbers.Line(ref text);
            if (line.StartsWith("MemTotal:"u8)) { machine.MemoryTotal = TextNumbers.Integer(line[9..]) * 1024; }
            else if (line.StartsWith("MemAvailable:"u8)) { machine.MemoryAvailable = TextNumbers.Integer(line[13..]) * 1024; }
            else if (line.StartsWith("SwapTotal:"u8)) { machine.SwapTotal = TextNumbers.Integer(line[10..]) * 1024; }
            else if (line.StartsWith("SwapFree:"u8)) { machine.SwapFree = TextNumbers.Integer(line[9..]) * 1024; }
            else if (line.StartsWith("AnonPages:"u8)) { machine.Anonymous = TextNumbers.Integer(line[10..]) * 1024; }
            else if (line.StartsWith("Buffers:"u8)) { machine.FileCache += TextNumbers.Integer(line[8..]) * 1024; }
            else if (line.StartsWith("Cached:"u8)) { machine.FileCache += TextNumbers.Integer(line[7..]) * 1024; }
            else if (line.StartsWith("Slab:"u8)) { machine.Kernel += TextNumbers.Integer(line[5..]) * 1024; }
            else if (line.StartsWith("KernelStack:"u8)) { machine.Kernel += TextNumbers.Integer(line[12..]) * 1024; }
            else if (line.StartsWith("PageTables:"u8)) { machine.Kernel += TextNumbers.Integer(line[11..]) * 1024; return; }
        }
    }
}
