using Brig.Linux.Proc;

namespace Brig.Linux.Cgroups.V1;

internal sealed class V1Reader : CgroupReader
{
    private readonly HeldFiles _files = new(HeldFiles.CgroupFile);
    private readonly HeldFile _cpuUsage, _cpuStat, _cpuQuota, _cpuPeriod;
    private readonly HeldFile _memory, _memoryStat, _kernel, _peak, _failures, _bothFailures, _oom, _memoryLimit;
    private readonly HeldFile _pids, _pidsLimit, _ioBytes, _ioCount;
    private readonly HeldFile _cpuPressure, _memoryPressure, _ioPressure;
    private double? _cpuMax;
    private long? _memoryMax, _pidsMax;

    public V1Reader(string? unified, IReadOnlyDictionary<string, string> at)
    {
        string? Directory(string controller) => at.GetValueOrDefault(controller);
        string? cpu = Directory("cpu"), memory = Directory("memory"), pids = Directory("pids"), blkio = Directory("blkio");
        _cpuUsage = _files.Hold(Directory("cpuacct"), "cpuacct.usage");
        _cpuStat = _files.Hold(cpu, "cpu.stat");
        _cpuQuota = _files.Hold(cpu, "cpu.cfs_quota_us");
        _cpuPeriod = _files.Hold(cpu, "cpu.cfs_period_us");
        _memory = _files.Hold(memory, "memory.usage_in_bytes");
        _memoryStat = _files.Hold(memory, "memory.stat");
        _kernel = _files.Hold(memory, "memory.kmem.usage_in_bytes");
        _peak = _files.Hold(memory, "memory.max_usage_in_bytes");
        _failures = _files.Hold(memory, "memory.failcnt");
        _bothFailures = _files.Hold(memory, "memory.memsw.failcnt");
        _oom = _files.Hold(memory, "memory.oom_control");
        _memoryLimit = _files.Hold(memory, "memory.limit_in_bytes");
        _pids = _files.Hold(pids, "pids.current");
        _pidsLimit = _files.Hold(pids, "pids.max");
        _ioBytes = _files.Hold(blkio, "blkio.throttle.io_service_bytes_recursive");
        _ioCount = _files.Hold(blkio, "blkio.throttle.io_serviced_recursive");
        _cpuPressure = _files.Hold(unified, "cpu.pressure");
        _memoryPressure = _files.Hold(unified, "memory.pressure");
        _ioPressure = _files.Hold(unified, "io.pressure");
    }

    public override bool TryRead(ref CgroupSample sample)
    {
        if (LimitsAreDue())
        {
            long quota = _files.Number(_cpuQuota), period = _files.Number(_cpuPeriod);
            _cpuMax = quota > 0 && period > 0 ? (double)quota / period : null;
            _memoryMax = _files.Limit(_memoryLimit);
            _pidsMax = _files.Limit(_pidsLimit);
        }
        (sample.CpuLimit, sample.MemoryLimit, sample.PidsLimit) = (_cpuMax, _memoryMax, _pidsMax);

        sample.CpuMicroseconds = _files.Number(_cpuUsage) / 1000;
        CpuStatText.ReadV1(_files.Text(_cpuStat), ref sample);
        sample.Memory = _files.Number(_memory);
        MemoryStatText.ReadV1(_files.Text(_memoryStat), ref sample);
        sample.Kernel = _files.Number(_kernel);
        sample.MemoryPeak = _files.Number(_peak);
        sample.HighEvents = 0;
        sample.MaxEvents = _files.Number(_failures) + _files.Number(_bothFailures);   // whichever limit is reached first; 6.18 no longer counts the second
        sample.OomEvents = sample.OomKills = KeyedText.Value(_files.Text(_oom), "oom_kill"u8);
        sample.Pids = _files.Number(_pids);
        sample.CpuPressure = _files.Pressure(_cpuPressure);
        sample.MemoryPressure = _files.Pressure(_memoryPressure);
        sample.IoPressure = _files.Pressure(_ioPressure);
        sample.DeviceCount = 0;
        BlkioText.ReadBytes(_files.Text(_ioBytes), ref sample);
        BlkioText.ReadCounts(_files.Text(_ioCount), ref sample);
        return _files.AnyThere();
    }

    protected override void Dispose(bool disposing) => _files.Dispose();
}
