using System.Collections.Immutable;
using Brig.Engine;
using Brig.Engine.Containers;
using static Brig.Web.Api.Docker.Refusals;

namespace Brig.Web.Api.Docker;

/// <summary>Docker's resources as Brig's limits.</summary>
internal static class LimitReader
{
    /// <summary>Microseconds.</summary>
    public const long UsualPeriod = 100_000;

    private const long LeastMemory = 6 * 1024 * 1024;

    /// <exception cref="EngineException">Invalid.</exception>
    public static Limits Read(DockerResources asked, MachineAbilities can, List<string> warnings)
    {
        Check(asked);
        Warn(asked, can, warnings);
        return Over(Limits.None, asked, can);
    }

    /// <summary>What is given replaces what was.</summary>
    /// <exception cref="EngineException">Invalid.</exception>
    public static ContainerSettings Over(ContainerSettings before, DockerUpdate asked, MachineAbilities can) => before with
    {
        Limits = Over(before.Limits, asked, can),
        Restart = asked.RestartPolicy?.Name is { Length: > 0 } ? SpecReader.Restart(asked.RestartPolicy) : before.Restart,
        Docker = (before.Docker ?? new()) with
        {
            CpuQuota = asked.CpuQuota is > 0 || (asked.NanoCpus is not > 0 && before.Docker?.CpuQuota == true),
            CpuShares = asked.CpuShares is > 0 ? asked.CpuShares : before.Docker?.CpuShares,
        },
    };

    private static Limits Over(Limits before, DockerResources asked, MachineAbilities can)
    {
        var (cpus, period) = Cpus(before, asked);
        long? memory = asked.Memory is null or 0 ? before.Memory : asked.Memory < 0 ? null : asked.Memory;
        return before with
        {
            Cpus = cpus,
            CpuPeriod = period,
            CpuWeight = asked.CpuShares is > 0 and { } shares ? Weight(shares) : before.CpuWeight,
            CpusetCpus = SpecReader.Some(asked.CpusetCpus) ?? before.CpusetCpus,
            Memory = memory,
            MemoryLow = asked.MemoryReservation is > 0 ? asked.MemoryReservation : before.MemoryLow,
            Swap = Swap(before, asked, memory, can),
            Pids = asked.PidsLimit is null ? before.Pids : asked.PidsLimit > 0 ? asked.PidsLimit : null,   // 0 and less: no limit
            IoWeight = asked.BlkioWeight is > 0 ? asked.BlkioWeight : before.IoWeight,
            IoRates = Rates(asked) is { IsEmpty: false } rates ? rates : before.IoRates,
        };
    }

    /// <summary>1024 is Docker's normal share, 100 ours.</summary>
    public static int Weight(long shares) => (int)Math.Clamp((shares * 100 + 512) / 1024, 1, 10_000);

    /// <summary>Docker's number is of memory and swap together; without one, swap is as much as memory, and stays what it was together when memory changes.</summary>
    private static long? Swap(Limits before, DockerResources asked, long? memory, MachineAbilities can)
    {
        if (!can.Swap || memory is null || asked.MemorySwap < 0)
        {
            return null;
        }
        long? both = asked.MemorySwap is > 0 ? asked.MemorySwap : memory == before.Memory ? memory + before.Swap : before.Memory is null ? 2 * memory : before.Memory + before.Swap;
        Refuse(both < memory, asked.MemorySwap is > 0 ? "Minimum memoryswap limit should be larger than memory limit, see usage"
            : "Memory limit should be smaller than already set memoryswap limit, update the memoryswap at the same time");
        return both - memory;
    }

    private static (double? Cpus, long? Period) Cpus(Limits before, DockerResources asked)
    {
        if (asked.NanoCpus is > 0 and { } nano)
        {
            return (nano / 1e9, null);
        }
        if (asked.CpuQuota is < 0)
        {
            return (null, null);
        }
        // Each of the two may be given alone, and counts with the other as it was.
        long period = asked.CpuPeriod is > 0 ? asked.CpuPeriod.Value : before.CpuPeriod ?? UsualPeriod;
        double quota = asked.CpuQuota is > 0 ? asked.CpuQuota.Value : (before.Cpus ?? 0) * (before.CpuPeriod ?? UsualPeriod);
        return quota == 0 ? (before.Cpus, before.CpuPeriod) : (quota / period, period == UsualPeriod ? null : period);
    }

    public static void Check(DockerResources asked)
    {
        Refuse(asked is { NanoCpus: > 0, CpuPeriod: > 0 }, "Conflicting options: Nano CPUs and CPU Period cannot both be set");
        Refuse(asked is { NanoCpus: > 0, CpuQuota: > 0 }, "Conflicting options: Nano CPUs and CPU Quota cannot both be set");
        Refuse(asked.NanoCpus < 0 || asked.NanoCpus > Environment.ProcessorCount * 1_000_000_000L, $"range of CPUs is from 0.01 to {Environment.ProcessorCount}.00, as there are only {Environment.ProcessorCount} CPUs available");
        Refuse(asked.CpuPeriod is not (null or 0) and (< 1000 or > 1_000_000), "CPU cfs period can not be less than 1ms (i.e. 1000) or larger than 1s (i.e. 1000000)");
        Refuse(asked.CpuQuota is > 0 and < 1000, "CPU cfs quota can not be less than 1ms (i.e. 1000)");
        Refuse(asked.CpuShares < 0, $"invalid CPU shares ({asked.CpuShares}): value must be a positive integer");
        Refuse(asked.Memory is > 0 and < LeastMemory, "Minimum memory limit allowed is 6MB");
        Refuse(asked is { Memory: > 0, MemorySwap: > 0 } && asked.MemorySwap < asked.Memory, "Minimum memoryswap limit should be larger than memory limit, see usage");
        Refuse(asked is { Memory: null or 0, MemorySwap: > 0 } and not DockerUpdate, "You should always set the Memory limit when using Memoryswap limit, see usage");
        Refuse(asked.MemoryReservation is > 0 and < LeastMemory, "Minimum memory reservation allowed is 6MB");
        Refuse(asked is { Memory: > 0, MemoryReservation: > 0 } && asked.Memory < asked.MemoryReservation, "Minimum memory limit can not be less than memory reservation limit, see usage");
        Refuse(asked.MemorySwappiness is < -1 or > 100, $"Invalid value: {asked.MemorySwappiness}, valid memory swappiness range is 0-100");
        Refuse(asked.BlkioWeight is not (null or 0) and (< 10 or > 1000), "Range of blkio weight is from 10 to 1000");
    }

    public static void Warn(DockerResources asked, MachineAbilities can, List<string> warnings)
    {
        if (!can.Swap && asked is { Memory: > 0, MemorySwap: not -1 })
        {
            warnings.Add("Your kernel does not support swap limit capabilities or the cgroup is not mounted. Memory limited without swap.");
        }
        if (asked.OomKillDisable == true)
        {
            warnings.Add("Your kernel does not support OomKillDisable. OomKillDisable discarded.");
        }
        if (asked.MemorySwappiness is not (null or -1))
        {
            warnings.Add("Your kernel does not support memory swappiness capabilities or the cgroup is not mounted. Memory swappiness discarded.");
        }
        if (asked.KernelMemory is > 0 || asked.KernelMemoryTCP is > 0)
        {
            warnings.Add("Specifying a kernel memory limit is deprecated and will be removed in a future release. Kernel memory limit discarded.");
        }
        if (asked.BlkioWeightDevice is { Length: > 0 })
        {
            warnings.Add("Your kernel does not support Block I/O weight_device or the cgroup is not mounted. Weight-device discarded.");
        }
        if (asked.CpusetMems is { Length: > 0 })
        {
            warnings.Add("Brig leaves the choice of memory nodes to the kernel. Cpuset memory nodes discarded.");
        }
    }

    private static ImmutableArray<IoRate> Rates(DockerResources asked)
    {
        var rates = new Dictionary<string, IoRate>();
        foreach (var (devices, set) in ((DockerThrottleDevice[]?, Func<IoRate, long, IoRate>)[])
            [
                (asked.BlkioDeviceReadBps, (rate, value) => rate with { ReadBytesPerSecond = value }), (asked.BlkioDeviceWriteBps, (rate, value) => rate with { WriteBytesPerSecond = value }),
                (asked.BlkioDeviceReadIOps, (rate, value) => rate with { ReadsPerSecond = value }), (asked.BlkioDeviceWriteIOps, (rate, value) => rate with { WritesPerSecond = value }),
            ])
        {
            foreach (var device in devices ?? [])
            {
                string path = device.Path ?? throw EngineException.Invalid("a device to limit has no path");
                rates[path] = set(rates.GetValueOrDefault(path, new(path, null, null, null, null)), device.Rate ?? 0);
            }
        }
        return [.. rates.Values];
    }
}
