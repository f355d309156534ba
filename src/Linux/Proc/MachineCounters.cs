namespace Brig.Linux.Proc;

#pragma warning disable CA1051 // fields: filled in place, by reference, every second

/// <summary>The whole machine at one moment, from /proc (proc(5)).</summary>
public struct MachineCounters
{
    /// <summary>Reused from read to read; only the first <see cref="CoreCount"/> count.</summary>
    public CoreTicks[]? Cores;
    public int CoreCount;
    public double Load1, Load5, Load15;
    /// <summary>Bytes.</summary>
    public long MemoryTotal, MemoryAvailable, SwapTotal, SwapFree;
    /// <summary>Bytes: of programs; of files, buffers too; of the kernel itself (slab, stacks, page tables).</summary>
    public long Anonymous, FileCache, Kernel;
    /// <summary>Processes and threads.</summary>
    public long Tasks;
    /// <summary>Bytes since the boot, over all disks and over all interfaces that lead out of the machine.</summary>
    public long ReadBytes, WriteBytes, ReceiveBytes, TransmitBytes;
    /// <summary>Another number: other disks or interfaces than before, so that the sums cannot be compared.</summary>
    public int Devices;
    public PressureReading CpuPressure, MemoryPressure, IoPressure;
}

/// <summary>Clock ticks of one processor since boot.</summary>
/// <param name="Busy">All but idle and waiting for I/O.</param>
public readonly record struct CoreTicks(long Busy, long Total);
