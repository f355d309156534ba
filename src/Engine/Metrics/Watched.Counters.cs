using System.Collections.Immutable;
using System.Runtime.InteropServices;
using Brig.Linux.Cgroups;
using Brig.Linux.Proc;

namespace Brig.Engine.Metrics;

internal sealed partial class Watched
{
    private CgroupSample _counted;
    private InterfaceTable _countedInterfaces;
    private ContainerCounters? _stillCounted;

    /// <summary>As <see cref="Count"/> told it, if no tick has seen anything happen since: of a container that sleeps nothing is read.</summary>
    public ContainerCounters? CountAtTick()
    {
        lock (_gate)
        {
            return _disposed ? null : _stillCounted ?? Count();
        }
    }

    /// <summary>Null when the cgroup is gone or this is disposed. The ticks' rates are not touched by it.</summary>
    public ContainerCounters? Count()
    {
        lock (_gate)
        {
            if (_disposed || !_reader.TryRead(ref _counted, details: true))
            {
                return null;
            }
            _network?.Read(ref _countedInterfaces);
            return _stillCounted = Counters(_counted, _counted.Details);
        }
    }

    private ContainerCounters Counters(in CgroupSample c, in CgroupDetails details) => new()
    {
        Id = id,
        CpuMicroseconds = c.CpuMicroseconds,
        CpuUserMicroseconds = details.CpuUserMicroseconds,
        CpuSystemMicroseconds = details.CpuSystemMicroseconds,
        CpuLimit = c.CpuLimit,
        Periods = c.Periods,
        ThrottledPeriods = c.ThrottledPeriods,
        ThrottledMicroseconds = c.ThrottledMicroseconds,
        Memory = c.Memory,
        WorkingSet = c.WorkingSet,
        Anonymous = c.Anonymous,
        FileCache = c.File,
        MappedFile = details.MappedFile,
        ActiveFile = details.ActiveFile,
        InactiveFile = details.InactiveFile,
        Kernel = c.Kernel,
        Swap = c.Swap,
        MemoryPeak = c.MemoryPeak,
        MemoryLimit = c.MemoryLimit,
        MemoryHighEvents = c.HighEvents,
        MemoryMaxEvents = c.MaxEvents,
        OomKills = c.OomKills,
        PageFaults = details.PageFaults,
        MajorPageFaults = details.MajorPageFaults,
        Processes = details.Processes,
        Pids = c.Pids,
        PidsLimit = c.PidsLimit,
        CpuStalled = new(c.CpuPressure.SomeTotal, c.CpuPressure.FullTotal),
        MemoryStalled = new(c.MemoryPressure.SomeTotal, c.MemoryPressure.FullTotal),
        IoStalled = new(c.IoPressure.SomeTotal, c.IoPressure.FullTotal),
        Devices = CountedDevices(c),
        Interfaces = CountedInterfaces(_countedInterfaces),
    };

    private static ImmutableArray<DeviceTotals> CountedDevices(in CgroupSample sample)
    {
        var totals = new DeviceTotals[sample.DeviceCount];
        for (int i = 0; i < totals.Length; i++)
        {
            BlockDeviceCounters device = sample.Devices![i];
            totals[i] = new(BlockDevices.Name(device.Major, device.Minor), device.ReadBytes, device.WriteBytes, device.Reads, device.Writes, device.Major, device.Minor);
        }
        return ImmutableCollectionsMarshal.AsImmutableArray(totals);
    }

    private static ImmutableArray<InterfaceTotals> CountedInterfaces(in InterfaceTable table)
    {
        var totals = new InterfaceTotals[table.Count];
        for (int i = 0; i < totals.Length; i++)
        {
            InterfaceCounters one = table.Items![i];
            totals[i] = new(one.Name, one.ReceiveBytes, one.ReceivePackets, one.ReceiveErrors, one.ReceiveDropped,
                one.TransmitBytes, one.TransmitPackets, one.TransmitErrors, one.TransmitDropped);
        }
        return ImmutableCollectionsMarshal.AsImmutableArray(totals);
    }
}
