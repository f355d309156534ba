using System.Collections.Immutable;
using System.Runtime.InteropServices;
using Brig.Engine.Containers;
using Brig.Linux.Cgroups;
using Brig.Linux.Proc;

namespace Brig.Engine.Metrics;

/// <summary>One watched container: its open files, and what was read last. Read by the sampler's loop, disposed by whoever unwatches it.</summary>
internal sealed partial class Watched(ContainerId id, Cgroup cgroup, int pid) : IDisposable
{
    /// <summary>Seconds; a rate over less says nothing.</summary>
    private const double ShortestSpan = 0.1;

    private readonly Lock _gate = new();
    private readonly CgroupReader _reader = cgroup.OpenReader();
    private readonly NetDevReader? _network = NetDevReader.Open(pid);
    private CgroupSample _now, _before;
    private InterfaceTable _interfaces, _interfacesBefore;
    private ContainerSample? _still;
    private long _readAt;
    private int _turns;
    private bool? _oom;
    private bool _disposed;

    public void Refresh()
    {
        lock (_gate)
        {
            _stillCounted = null;
        }
        _reader.Refresh();
    }

    /// <summary>Null: no kill for memory was counted since it was asked last; true: those were counted before the first read.</summary>
    public bool? TakeOom()
    {
        (bool? taken, _oom) = (_oom, null);
        return taken;
    }

    /// <summary>Null when the cgroup is gone or this is disposed. Of one that sleeps the sample is the same object again and again, so that it costs no memory either.</summary>
    public ContainerSample? Read(TimeProvider time)
    {
        lock (_gate)
        {
            long at = time.GetTimestamp();
            if (_disposed)
            {
                return null;
            }
            var pressures = (_now.CpuPressure, _now.MemoryPressure, _now.IoPressure);
            bool still = _readAt != 0 && _reader.IsStill(ref _now);
            if (still)
            {
                Settle();
            }
            else
            {
                (_now, _before) = (_before, _now);
                if (!_reader.TryRead(ref _now))
                {
                    return null;
                }
            }
            still &= !ReadNetwork();
            _stillCounted = still ? _stillCounted : null;
            _oom = !still && _now.OomKills > (_readAt == 0 ? 0 : _before.OomKills) ? _readAt == 0 : null;
            double seconds = _readAt == 0 ? double.NaN : time.GetElapsedTime(_readAt, at).TotalSeconds;
            seconds = seconds < ShortestSpan ? double.NaN : seconds;
            _readAt = at;
            if (!still || _still is null || pressures != (_now.CpuPressure, _now.MemoryPressure, _now.IoPressure))
            {
                var sample = Sample(seconds);
                _still = still && double.IsFinite(seconds) ? sample : null;   // one without rates is not shown again
                return sample;
            }
            return _still;
        }
    }

    /// <summary>What was read last is what was before: all rates are 0.</summary>
    private void Settle()
    {
        if (_still is not null)
        {
            return;
        }
        var devices = _before.Devices;
        _before = _now;
        if (_now.DeviceCount > 0)
        {
            Array.Resize(ref devices, Math.Max(devices?.Length ?? 0, _now.DeviceCount));
            _now.Devices.AsSpan(0, _now.DeviceCount).CopyTo(devices);
        }
        _before.Devices = devices;   // one array each, for they are filled in turns
    }

    /// <returns>Whether anything came or went. Where there was no interface, there seldom is one.</returns>
    private bool ReadNetwork()
    {
        if (_network is null || (_turns++ % CgroupReader.LimitsEvery != 0 && _interfaces.Count == 0))
        {
            return false;
        }
        (_interfaces, _interfacesBefore) = (_interfacesBefore, _interfaces);
        _network.Read(ref _interfaces);
        return !_interfaces.IsSame(_interfacesBefore);
    }

    private ContainerSample Sample(double seconds) => new()
    {
        Id = id,
        CpuCores = Rate.Of(_now.CpuMicroseconds, _before.CpuMicroseconds, seconds) / 1e6,
        CpuLimit = _now.CpuLimit,
        ThrottledRatio = double.IsNaN(seconds) ? double.NaN : Part(_now.ThrottledPeriods - _before.ThrottledPeriods, _now.Periods - _before.Periods),
        Periods = _now.Periods,
        ThrottledPeriods = _now.ThrottledPeriods,
        ThrottledMicroseconds = _now.ThrottledMicroseconds,
        Memory = _now.Memory,
        WorkingSet = _now.WorkingSet,
        Anonymous = _now.Anonymous,
        FileCache = _now.File,
        Kernel = _now.Kernel,
        Swap = _now.Swap,
        MemoryPeak = _now.MemoryPeak,
        MemoryLimit = _now.MemoryLimit,
        MemoryHighEvents = _now.HighEvents,
        MemoryMaxEvents = _now.MaxEvents,
        OomEvents = _now.OomEvents,
        OomKills = _now.OomKills,
        Pids = _now.Pids,
        PidsLimit = _now.PidsLimit,
        CpuPressure = _now.CpuPressure.ToPressure(),
        MemoryPressure = _now.MemoryPressure.ToPressure(),
        IoPressure = _now.IoPressure.ToPressure(),
        Devices = Devices(seconds),
        Interfaces = Interfaces(seconds),
    };

    private ImmutableArray<DeviceIo> Devices(double seconds)
    {
        if (_now.DeviceCount == 0)
        {
            return [];
        }
        var rates = new DeviceIo[_now.DeviceCount];
        for (int i = 0; i < rates.Length; i++)
        {
            BlockDeviceCounters now = _now.Devices![i], before = default;   // one that is new had nothing before
            foreach (BlockDeviceCounters other in _before.Devices.AsSpan(0, _before.DeviceCount))
            {
                if (other.Major == now.Major && other.Minor == now.Minor)
                {
                    before = other;
                }
            }
            rates[i] = new(BlockDevices.Name(now.Major, now.Minor), Rate.Of(now.ReadBytes, before.ReadBytes, seconds), Rate.Of(now.WriteBytes, before.WriteBytes, seconds),
                Rate.Of(now.Reads, before.Reads, seconds), Rate.Of(now.Writes, before.Writes, seconds));
        }
        return ImmutableCollectionsMarshal.AsImmutableArray(rates);
    }

    private ImmutableArray<InterfaceIo> Interfaces(double seconds)
    {
        if (_interfaces.Count == 0)
        {
            return [];
        }
        var rates = new InterfaceIo[_interfaces.Count];
        for (int i = 0; i < rates.Length; i++)
        {
            InterfaceCounters now = _interfaces.Items![i], before = default;
            foreach (InterfaceCounters other in _interfacesBefore.Items.AsSpan(0, _interfacesBefore.Count))
            {
                if (other.Name == now.Name)
                {
                    before = other;
                }
            }
            rates[i] = new(now.Name, Rate.Of(now.ReceiveBytes, before.ReceiveBytes, seconds), Rate.Of(now.TransmitBytes, before.TransmitBytes, seconds),
                Rate.Of(now.ReceivePackets, before.ReceivePackets, seconds), Rate.Of(now.TransmitPackets, before.TransmitPackets, seconds));
        }
        return ImmutableCollectionsMarshal.AsImmutableArray(rates);
    }

    private static double Part(long part, long all) => all <= 0 ? 0 : Math.Clamp((double)part / all, 0, 1);

    public void Dispose()
    {
        lock (_gate)
        {
            _disposed = true;
            _reader.Dispose();
            _network?.Dispose();
        }
    }
}
