using Brig.Linux.Cgroups;

namespace Brig.Linux.Proc;

/// <summary>Holds the files of /proc that tell of the whole machine. For one thread at a time.</summary>
public sealed class MachineReader : IDisposable
{
    private readonly HeldFiles _files = new();
    private readonly HeldFile _stat, _load, _memory, _cpuPressure, _memoryPressure, _ioPressure;

    private readonly MachineDevices _devices;

    public MachineReader(string proc = "/proc", string sys = "/sys")
    {
        _devices = new(sys);
        _stat = _files.Hold(proc, "stat");
        _load = _files.Hold(proc, "loadavg");
        _memory = _files.Hold(proc, "meminfo");
        _cpuPressure = _files.Hold(proc, "pressure/cpu");
        _memoryPressure = _files.Hold(proc, "pressure/memory");
        _ioPressure = _files.Hold(proc, "pressure/io");
    }

    /// <param name="machine">Give the same ones again and again: the buffers are reused.</param>
    public void Read(ref MachineCounters machine)
    {
        MachineText.ReadStat(HeldFiles.Text(_stat), ref machine);
        MachineText.ReadLoad(HeldFiles.Text(_load), ref machine);
        MachineText.ReadMemory(HeldFiles.Text(_memory), ref machine);
        _devices.Read(ref machine);
        machine.CpuPressure = HeldFiles.Pressure(_cpuPressure);
        machine.MemoryPressure = HeldFiles.Pressure(_memoryPressure);
        machine.IoPressure = HeldFiles.Pressure(_ioPressure);
    }

    public void Dispose()
    {
        _files.Dispose();
        _devices.Dispose();
    }
}
