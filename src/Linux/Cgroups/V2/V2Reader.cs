using Brig.Linux.Proc;

namespace Brig.Linux.Cgroups.V2;

internal sealed class V2Reader : CgroupReader
{
    private readonly HeldFiles _files = new();
    private readonly HeldFile _cpuStat;
    private readonly HeldFile _memory, _memoryStat, _swap, _peak, _events;
    private readonly HeldFile _pids, _io;
    private readonly HeldFile _cpuPressure, _memoryPressure, _ioPressure;
    private readonly string _directory, _cpuLimit, _memoryLimit, _pidsLimit;
    private double? _cpuMax;
    private long? _memoryMax, _pidsMax;
    private long _memorySeen;
    private byte[] _ioSeen = [];

    public V2Reader(string directory)
    {
        _directory = directory;
        (_cpuLimit, _memoryLimit, _pidsLimit) = ($"{directory}/cpu.max", $"{directory}/memory.max", $"{directory}/pids.max");
        _cpuStat = _files.Hold(directory, "cpu.stat");
        _memory = _files.Hold(directory, "memory.current");
        _memoryStat = _files.Hold(directory, "memory.stat");
        _swap = _files.Hold(directory, "memory.swap.current");
        _peak = _files.Hold(directory, "memory.peak");
        _events = _files.Hold(directory, "memory.events");
        _pids = _files.Hold(directory, "pids.current");
        _io = _files.Hold(directory, "io.stat");
        _cpuPressure = _files.Hold(directory, "cpu.pressure");
        _memoryPressure = _files.Hold(directory, "memory.pressure");
        _ioPressure = _files.Hold(directory, "io.pressure");
    }

    public override bool TryRead(ref CgroupSample sample, bool details)
    {
        if (LimitsAreDue())
        {
            _cpuMax = CpuMaxText.Cores(HeldFiles.TextOnce(_cpuLimit));
            _memoryMax = TextNumbers.Limit(HeldFiles.TextOnce(_memoryLimit));
            _pidsMax = TextNumbers.Limit(HeldFiles.TextOnce(_pidsLimit));
        }
        (sample.CpuLimit, sample.MemoryLimit, sample.PidsLimit) = (_cpuMax, _memoryMax, _pidsMax);

        ReadOnlySpan<byte> cpu = HeldFiles.Text(_cpuStat);
        CpuStatText.ReadV2(cpu, ref sample);
        if (details)
        {
            CpuStatText.ReadV2(cpu, ref sample.Details);
            sample.Details.Processes = ProcessCount.Of(_directory, isV2: true);
        }
        sample.Memory = HeldFiles.Number(_memory);
        ReadOnlySpan<byte> memory = HeldFiles.Text(_memoryStat);
        MemoryStatText.ReadV2(memory, ref sample);
        if (details)
        {
            MemoryStatText.ReadV2(memory, ref sample.Details);
        }
        sample.Swap = HeldFiles.Number(_swap);
        sample.MemoryPeak = Math.Max(HeldFiles.Number(_peak), Math.Max(sample.Memory, _memorySeen));   // no memory.peak before 5.19
        _memorySeen = sample.MemoryPeak;
        ReadOnlySpan<byte> events = HeldFiles.Text(_events);
        sample.HighEvents = KeyedText.Value(events, "high"u8);
        sample.MaxEvents = KeyedText.Value(events, "max"u8);
        sample.OomEvents = KeyedText.Value(events, "oom"u8);
        sample.OomKills = KeyedText.Value(events, "oom_kill"u8);
        sample.Pids = HeldFiles.Number(_pids);
        ReadPressures(ref sample, details);
        sample.DeviceCount = 0;
        ReadOnlySpan<byte> io = HeldFiles.Text(_io);
        BlkioText.ReadV2(io, ref sample);
        if (!details && !io.SequenceEqual(_ioSeen))   // of the ticks, as the sample that is asked about
        {
            _ioSeen = io.ToArray();
        }
        return _files.AnyThere();
    }

    private protected override (HeldFile Cpu, HeldFile Memory, HeldFile Io) PressureFiles => (_cpuPressure, _memoryPressure, _ioPressure);

    /// <summary>Its pages are written to the disk by the kernel's own threads, so I/O is looked at too.</summary>
    private protected override bool IsUnmoved(in CgroupSample last) =>
        _cpuStat.Exists && KeyedText.Value(HeldFiles.Text(_cpuStat), "usage_usec"u8) == last.CpuMicroseconds && !_cpuStat.Gone
        && HeldFiles.Number(_memory) == last.Memory && HeldFiles.Text(_io).SequenceEqual(_ioSeen);

    protected override void Dispose(bool disposing) => _files.Dispose();
}
