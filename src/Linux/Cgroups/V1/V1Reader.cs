using Brig.Linux.Proc;

namespace Brig.Linux.Cgroups.V1;

internal sealed class V1Reader : CgroupReader
{
    private readonly HeldFiles _files = new();
    private readonly HeldFile _cpuUsage, _cpuStat;
    private readonly HeldFile _memory, _memoryStat, _kernel, _peak, _failures, _bothFailures, _oom;
    private readonly HeldFile _pids, _ioBytes, _ioCount;
    private readonly HeldFile _cpuPressure, _memoryPressure, _ioPressure;
    private readonly string _cpuQuota, _cpuPeriod, _memoryLimit, _pidsLimit, _cpuUser, _cpuSystem;
    private readonly string? _unified, _members;
    private double? _cpuMax;
    private long? _memoryMax, _pidsMax;

    public V1Reader(string? unified, IReadOnlyDictionary<string, string> at)
    {
        string? Directory(string controller) => at.GetValueOrDefault(controller);
        string? cpu = Directory("cpu"), memory = Directory("memory"), pids = Directory("pids"), blkio = Directory("blkio");
        (_cpuQuota, _cpuPeriod) = ($"{cpu}/cpu.cfs_quota_us", $"{cpu}/cpu.cfs_period_us");
        (_memoryLimit, _pidsLimit) = ($"{memory}/memory.limit_in_bytes", $"{pids}/pids.max");
        (_cpuUser, _cpuSystem) = ($"{Directory("cpuacct")}/cpuacct.usage_user", $"{Directory("cpuacct")}/cpuacct.usage_sys");
        (_unified, _members) = (unified, unified ?? pids ?? memory);
        _cpuUsage = _files.Hold(Directory("cpuacct"), "cpuacct.usage");
        _cpuStat = _files.Hold(cpu, "cpu.stat");
        _memory = _files.Hold(memory, "memory.usage_in_bytes");
        _memoryStat = _files.Hold(memory, "memory.stat");
        _kernel = _files.Hold(memory, "memory.kmem.usage_in_bytes");
        _peak = _files.Hold(memory, "memory.max_usage_in_bytes");
        _failures = _files.Hold(memory, "memory.failcnt");
        _bothFailures = _files.Hold(memory, "memory.memsw.failcnt");
        _oom = _files.Hold(memory, "memory.oom_control");
        _pids = _files.Hold(pids, "pids.current");
        _ioBytes = _files.Hold(blkio, "blkio.throttle.io_service_bytes_recursive");
        _ioCount = _files.Hold(blkio, "blkio.throttle.io_serviced_recursive");
        _cpuPressure = _files.Hold(unified, "cpu.pressure");
        _memoryPressure = _files.Hold(unified, "memory.pressure");
        _ioPressure = _files.Hold(unified, "io.pressure");
    }

    public override bool TryRead(ref CgroupSample sample, bool details)
    {
        if (LimitsAreDue())
        {
            long quota = TextNumbers.Integer(HeldFiles.TextOnce(_cpuQuota)), period = TextNumbers.Integer(HeldFiles.TextOnce(_cpuPeriod));
            _cpuMax = quota > 0 && period > 0 ? (double)quota / period : null;
            _memoryMax = TextNumbers.Limit(HeldFiles.TextOnce(_memoryLimit));
            _pidsMax = TextNumbers.Limit(HeldFiles.TextOnce(_pidsLimit));
        }
        (sample.CpuLimit, sample.MemoryLimit, sample.PidsLimit) = (_cpuMax, _memoryMax, _pidsMax);

        sample.CpuMicroseconds = HeldFiles.Number(_cpuUsage) / 1000;
        CpuStatText.ReadV1(_cpuMax is null ? default : HeldFiles.Text(_cpuStat), ref sample);   // counts nothing where there is no quota
        sample.Memory = HeldFiles.Number(_memory);
        ReadOnlySpan<byte> memory = HeldFiles.Text(_memoryStat);
        MemoryStatText.ReadV1(memory, ref sample);
        if (details)
        {
            MemoryStatText.ReadV1(memory, ref sample.Details);
            ReadDetails(ref sample.Details);
        }
        sample.Kernel = HeldFiles.Number(_kernel);
        sample.MemoryPeak = HeldFiles.Number(_peak);
        sample.HighEvents = 0;
        sample.MaxEvents = HeldFiles.Number(_failures) + HeldFiles.Number(_bothFailures);   // whichever limit is reached first; 6.18 no longer counts the second
        sample.OomEvents = sample.OomKills = KeyedText.Value(HeldFiles.Text(_oom), "oom_kill"u8);
        sample.Pids = HeldFiles.Number(_pids);
        ReadPressures(ref sample, details);
        sample.DeviceCount = 0;
        BlkioText.ReadBytes(HeldFiles.Text(_ioBytes), ref sample);
        BlkioText.ReadCounts(HeldFiles.Text(_ioCount), ref sample);
        return _files.AnyThere();
    }

    private void ReadDetails(ref CgroupDetails details)
    {
        if (_unified is not null)
        {
            CpuStatText.ReadV2(HeldFiles.TextOnce($"{_unified}/cpu.stat"), ref details);   // there in every v2 tree, and exact: cpuacct's parts are counted by the clock's ticks
        }
        else
        {
            details.CpuUserMicroseconds = TextNumbers.Integer(HeldFiles.TextOnce(_cpuUser)) / 1000;
            details.CpuSystemMicroseconds = TextNumbers.Integer(HeldFiles.TextOnce(_cpuSystem)) / 1000;
        }
        details.Processes = _members is null ? 0 : ProcessCount.Of(_members, isV2: _unified is not null);
    }

    private protected override (HeldFile Cpu, HeldFile Memory, HeldFile Io) PressureFiles => (_cpuPressure, _memoryPressure, _ioPressure);

    /// <summary>Version 1 charges no I/O but what the processes do themselves, which takes their time.</summary>
    private protected override bool IsUnmoved(in CgroupSample last) =>
        _cpuUsage.Exists && HeldFiles.Number(_cpuUsage) / 1000 == last.CpuMicroseconds && !_cpuUsage.Gone && HeldFiles.Number(_memory) == last.Memory;

    protected override void Dispose(bool disposing) => _files.Dispose();
}
