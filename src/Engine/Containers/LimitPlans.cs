using Brig.Linux.Cgroups;

namespace Brig.Engine.Containers;

/// <summary>What was asked, as the cgroup takes it.</summary>
internal static class LimitPlans
{
    /// <summary>Processes of a container for which nobody says: enough for anything sane, and no fork bomb takes the machine. docs/decisions/0011-default-limits.md.</summary>
    public const long DefaultPids = 4096;

    public static CgroupLimits Plan(Limits limits) => new()
    {
        Cpus = limits.Cpus, CpuPeriod = limits.CpuPeriod, CpuWeight = limits.CpuWeight, CpusetCpus = limits.CpusetCpus, Memory = limits.Memory, MemoryLow = limits.MemoryLow,
        Swap = limits.Swap, Pids = limits.Pids, IoWeight = limits.IoWeight,
        IoRates = [.. limits.IoRates.Select(r => new CgroupIoRate(r.Device, r.ReadBytesPerSecond, r.WriteBytesPerSecond, r.ReadsPerSecond, r.WritesPerSecond))],
    };

    /// <exception cref="EngineException">Invalid.</exception>
    public static void Check(Limits limits, CgroupHost host)
    {
        if (limits.Cpus is { } cpus && !(cpus >= 0.01 && cpus <= Environment.ProcessorCount))
        {
            throw EngineException.Invalid($"A limit of {cpus} cores is outside of 0.01 to {Environment.ProcessorCount}, the cores of this machine.");
        }
        if (limits.CpuPeriod is < 1000 or > 1_000_000 || (limits.CpuPeriod is not null && limits.Cpus is null) || limits.CpuPeriod * limits.Cpus < 1000)
        {
            throw EngineException.Invalid("A period of processor time is from 1,000 to 1,000,000 microseconds, goes with a limit of cores, and has at least 1,000 microseconds for it.");
        }
        if (host.WhyNot(Plan(limits)) is { } why)
        {
            throw EngineException.Invalid(why.EndsWith('.') ? why : why + ".");
        }
    }
}
