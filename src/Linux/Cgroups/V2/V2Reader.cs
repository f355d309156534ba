using Brig.Linux.Proc;

namespace Brig.Linux.Cgroups.V2;

internal sealed class V2Reader : CgroupReader
{
    private readonly HeldFiles _files = new(HeldFiles.CgroupFile);
    private readonly HeldFile _cpuStat, _cpuLimit;
    private readonly HeldFile _memory, _memoryStat, _swap, _peak, _events, _memoryLimit;
    private readonly HeldFile _pids, _pidsLimit, _io;
    private readonly HeldFile _cpuPressure, _memoryPressure, _ioPressure;
    private double? _cpuMax;
    private long? _memoryMax, _pidsMax;

    public V2Reader(string directory)
    {
        _cpuStat = _files.Hold(directory, "cpu.stat");
        _cpuLimit = _files.Hold(directory, "cpu.max");
        _memory = _files.Hold(directory, "memory.current");
        _memoryStat = _files.Hold(directory, "memory.stat");
        _swap = _files.Hold(directory, "memory.swap.current");
        _peak = _files.Hold(directory, "memory.peak");
        _events = _files.Hold(directory, "memory.events");
        _memoryLimit = _files.Hold(directory, "memory.max");
        _pids = _files.Hold(directory, "pids.current");
        _pidsLimit = _files.Hold(directory, "pids.max");
        _io = _files.Hold(directory, "io.stat");
        _cpuPressure = _files.Hold(directory, "cpu.pressure");
        _memoryPressure = _files.Hold(directory, "memory.pressure");
        _ioPressure = _files.Hold(directory, "io.pressure");
    }

    public override bool TryRead(ref CgroupSample sample)
    {
        if (LimitsAreDue())
        {
            _cpuMax = CpuMaxText.Cores(_files.Text(_cpuLimit));
            _memoryMax = _files.Limit(_memoryLimit);
            _pidsMax = _files.Limit(_pidsLimit);
        }
        (sample.CpuLimit, sample.MemoryLimit, sample.PidsLimit) = (_cpuMax, _memoryMax, _pidsMax);

        CpuStatText.ReadV2(_files.Text(_cpuStat), ref sample);
        sample.Memory = _files.Number(_memory);
        MemoryStatText.ReadV2(_files.Text(_memoryStat), ref sample);
        sample.Swap = _files.Number(_swap);
        sample.MemoryPeak = Math.Max(_files.Number(_peak), Math.Max(sample.Memory, _memorySeen));   // no memory.peak before 5.19
        _memorySeen = sample.MemoryPeak;
        ReadOnlySpan<byte> events = _files.Text(_events);
        sample.HighEvents = KeyedText.Value(events, "high"u8);
        sample.MaxEvents = KeyedText.Value(events, "max"u8);
        sample.OomEvents = KeyedText.Value(events, "oom"u8);
        sample.OomKills = KeyedText.Value(events, "oom_kill"u8);
        sample.Pids = _files.Number(_pids);
        sample.CpuPressure = _files.Pressure(_cpuPressure);
        sample.MemoryPressure = _files.Pressure(_memoryPressure);
        sample.IoPressure = _files.Pressure(_ioPressure);
        sample.DeviceCount = 0;
        BlkioText.ReadV2(_files.Text(_io), ref sample);
        return _files.AnyThere();
    }

    protected override void Dispose(bool disposing) => _files.Dispose();

    private long _memorySeen;
}
