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
    public PressureReading CpuPressure, MemoryPressure, IoPressure;
}

/// <summary>Clock ticks of one processor since boot.</summary>
/// <param name="Busy">All but idle and waiting for I/O.</param>
public readonly record struct CoreTicks(long Busy, long Total);
