using Brig.Linux.Proc;

namespace Brig.Linux.Cgroups;

#pragma warning disable CA1051 // fields: filled in place, by reference, every second

/// <summary>The counters and gauges of one cgroup at one moment. Counters run since it was made; what this machine does not tell is 0, or null for a limit.</summary>
public struct CgroupSample
{
    public long CpuMicroseconds;
    /// <summary>Cores.</summary>
    public double? CpuLimit;
    public long Periods, ThrottledPeriods, ThrottledMicroseconds;

    /// <summary>Bytes. v1 charges swap apart, as v2 does.</summary>
    public long Memory, Anonymous, File, InactiveFile, Kernel, Swap, MemoryPeak;
    public long? MemoryLimit;
    /// <summary>v1 has no high events and counts of OOM only the kills.</summary>
    public long HighEvents, MaxEvents, OomEvents, OomKills;

    public long Pids;
    public long? PidsLimit;

    public PressureReading CpuPressure, MemoryPressure, IoPressure;

    /// <summary>Of the last read that asked for them.</summary>
    public CgroupDetails Details;

    /// <summary>Reused from read to read; only the first <see cref="DeviceCount"/> count.</summary>
    public BlockDeviceCounters[]? Devices;
    public int DeviceCount;

    /// <summary>What is really needed: memory less the file cache nobody used lately.</summary>
    public readonly long WorkingSet => Math.Max(0, Memory - InactiveFile);

    internal ref BlockDeviceCounters Device(int major, int minor)
    {
        for (int i = 0; i < DeviceCount; i++)
        {
            if (Devices![i].Major == major && Devices[i].Minor == minor)
            {
                return ref Devices[i];
            }
        }
        if (Devices is null || Devices.Length == DeviceCount)
        {
            Array.Resize(ref Devices, Math.Max(4, DeviceCount * 2));
        }
        Devices[DeviceCount] = new BlockDeviceCounters { Major = major, Minor = minor };
        return ref Devices[DeviceCount++];
    }
}

/// <summary>Block I/O of one device since the cgroup was made.</summary>
public struct BlockDeviceCounters
{
    public int Major, Minor;
    public long ReadBytes, WriteBytes, Reads, Writes;
}
