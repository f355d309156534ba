using System.Collections.Immutable;
using Brig.Engine.Containers;

namespace Brig.Engine.Metrics;

/// <summary>Pressure stall information, percent of the last 10 s (Documentation/accounting/psi.rst).</summary>
public readonly record struct Pressure(double Some10, double Full10);

/// <summary>Rates of one block device, per second.</summary>
public readonly record struct DeviceIo(string Device, double ReadBytes, double WriteBytes, double Reads, double Writes);

/// <summary>Rates of one interface inside the container, per second.</summary>
public readonly record struct InterfaceIo(string Name, double ReceiveBytes, double TransmitBytes, double ReceivePackets, double TransmitPackets);

/// <summary>One container at one tick. Rates are over the time since the tick before; NaN at the first.</summary>
public sealed record ContainerSample
{
    public required ContainerId Id { get; init; }

    /// <summary>Cores in use, for example 0.5.</summary>
    public double CpuCores { get; init; }
    /// <summary>Cores it may use; null: all.</summary>
    public double? CpuLimit { get; init; }
    /// <summary>Part of the scheduler's periods in which it was throttled, 0..1.</summary>
    public double ThrottledRatio { get; init; }
    /// <summary>Periods since it started, of which throttled, and for how long.</summary>
    public long Periods { get; init; }
    public long ThrottledPeriods { get; init; }
    public long ThrottledMicroseconds { get; init; }

    /// <summary>Bytes: all that is charged.</summary>
    public long Memory { get; init; }
    /// <summary>Bytes: <see cref="Memory"/> less inactive file cache, what it really needs.</summary>
    public long WorkingSet { get; init; }
    public long Anonymous { get; init; }
    public long FileCache { get; init; }
    public long Kernel { get; init; }
    public long Swap { get; init; }
    public long MemoryPeak { get; init; }
    public long? MemoryLimit { get; init; }
    /// <summary>Counts since it was created (memory.events).</summary>
    public long MemoryHighEvents { get; init; }
    public long MemoryMaxEvents { get; init; }
    public long OomEvents { get; init; }
    public long OomKills { get; init; }

    public long Pids { get; init; }
    public long? PidsLimit { get; init; }

    public Pressure CpuPressure { get; init; }
    public Pressure MemoryPressure { get; init; }
    public Pressure IoPressure { get; init; }

    public ImmutableArray<DeviceIo> Devices { get; init; } = [];
    public ImmutableArray<InterfaceIo> Interfaces { get; init; } = [];
}

/// <summary>The machine at one tick.</summary>
public sealed record MachineSample
{
    public int Cores { get; init; }
    /// <summary>Cores in use.</summary>
    public double CpuCores { get; init; }
    public ImmutableArray<double> PerCore { get; init; } = [];
    public double Load1 { get; init; }
    public double Load5 { get; init; }
    public double Load15 { get; init; }
    public long MemoryTotal { get; init; }
    public long MemoryAvailable { get; init; }
    public long SwapTotal { get; init; }
    public long SwapFree { get; init; }
    public Pressure CpuPressure { get; init; }
    public Pressure MemoryPressure { get; init; }
    public Pressure IoPressure { get; init; }
    /// <summary>Bytes: of programs; of files; of the kernel itself.</summary>
    public long Anonymous { get; init; }
    public long FileCache { get; init; }
    public long Kernel { get; init; }
    /// <summary>Processes and threads.</summary>
    public long Pids { get; init; }
    /// <summary>Per second, over all disks, and over all interfaces that lead out of the machine.</summary>
    public double ReadBytes { get; init; }
    public double WriteBytes { get; init; }
    public double ReceiveBytes { get; init; }
    public double TransmitBytes { get; init; }
    /// <summary>Of the file system that holds BRIG_ROOT.</summary>
    public long DiskTotal { get; init; }
    public long DiskFree { get; init; }
}

/// <summary>Everything that was read at one tick.</summary>
public sealed record MetricsFrame(DateTimeOffset At, MachineSample Machine, ImmutableArray<ContainerSample> Containers)
{
    /// <summary>One more with each frame: who sees a gap was too slow for what is missing.</summary>
    public long Number { get; init; }
}

public interface IMetrics
{
    /// <summary>The last minutes (at most 600 frames, one a second), oldest first, and every tick from now. Latest wins: a slow reader misses frames, nobody waits.</summary>
    Live<MetricsFrame, MetricsFrame> Follow(int history = 60);

    /// <summary>The newest, or null before the first tick.</summary>
    MetricsFrame? Latest { get; }
}
