using System.Globalization;
using Brig.Linux.Proc;

namespace Brig.Linux.Cgroups.V1;

/// <summary>Which v1 files make limits hold, in an order the kernel takes.</summary>
internal static class V1Plan
{
    public const string SwapNeedsMemory = "The swap limit needs a memory limit on this machine, because cgroup v1 limits memory and swap together";

    /// <summary>Whichever the scheduler of this kernel gives.</summary>
    public static readonly string[] IoWeightFiles = ["blkio.bfq.weight", "blkio.weight"];

    private const long Period = 100_000;

    /// <param name="at">The cgroup's directory in the hierarchy of each controller.</param>
    /// <param name="onlyAsked">Nothing need be taken away.</param>
    public static IEnumerable<LimitStep> Steps(CgroupLimits limits, IReadOnlyDictionary<string, string> at, bool onlyAsked)
    {
        string Directory(string controller) => at.GetValueOrDefault(controller, $"/sys/fs/cgroup/{controller}");
        return
        [
            .. Cpu(limits, Directory("cpu")),
            .. onlyAsked && limits.CpusetCpus is null ? [] : Cpuset(limits, Directory("cpuset")),
            .. onlyAsked && limits is { Memory: null, Swap: null, MemoryLow: null } ? [] : Memory(limits, Directory("memory")),
            new(LimitNames.Pids, $"{Directory("pids")}/pids.max", limits.Pids is { } pids ? Text(pids) : "max", limits.Pids is not null),
            .. onlyAsked && limits is { IoWeight: null, IoRates.Length: 0 } ? [] : Blkio(limits, Directory("blkio")),
        ];
    }

    private static IEnumerable<LimitStep> Cpu(CgroupLimits limits, string cpu)
    {
        yield return new(LimitNames.Cpus, $"{cpu}/cpu.cfs_period_us", Text(limits.CpuPeriod ?? Period), limits.CpuPeriod is not null);
        yield return new(LimitNames.Cpus, $"{cpu}/cpu.cfs_quota_us", limits.Cpus is { } cores ? Text((long)Math.Round(cores * (limits.CpuPeriod ?? Period))) : "-1", limits.Cpus is not null);
        yield return new(LimitNames.CpuWeight, $"{cpu}/cpu.shares", Text(Shares(limits.CpuWeight ?? 100)), limits.CpuWeight is not null);
    }

    /// <summary>100 is normal in v2, 1024 in v1; the ratio between siblings stays.</summary>
    public static long Shares(int weight) => Math.Clamp(weight * 1024L / 100, 2, 262_144);

    private static IEnumerable<LimitStep> Cpuset(CgroupLimits limits, string cpuset)
    {
        string? inherited = Kernfs.ReadText($"{cpuset}/../cpuset.cpus", out _);
        if ((limits.CpusetCpus ?? inherited) is { } cpus)
        {
            yield return new(LimitNames.Cpuset, $"{cpuset}/cpuset.cpus", cpus, limits.CpusetCpus is not null);
        }
    }

    /// <summary>v1 limits memory, and memory and swap together, and the first may never be above the second: raising goes one way, lowering the other.</summary>
    private static IEnumerable<LimitStep> Memory(CgroupLimits limits, string memory)
    {
        if (limits is { Swap: not null, Memory: null })
        {
            throw new CgroupLimitException(SwapNeedsMemory);
        }
        long? both = limits.Memory + limits.Swap;
        LimitStep first = new(LimitNames.Memory, $"{memory}/memory.limit_in_bytes", Bytes(limits.Memory), limits.Memory is not null) { Undo = NoLimitAsMinusOne };
        LimitStep second = new(LimitNames.Swap, $"{memory}/memory.memsw.limit_in_bytes", Bytes(both), limits.Swap is not null) { Undo = NoLimitAsMinusOne };
        long now = Kernfs.ReadText(second.File, out _) is { } text && long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out long value) ? value : long.MaxValue;
        bool raises = (both ?? long.MaxValue) > now;
        yield return raises ? second : first;
        yield return raises ? first : second;
        yield return new(LimitNames.MemoryLow, $"{memory}/memory.soft_limit_in_bytes", Bytes(limits.MemoryLow), limits.MemoryLow is not null) { Undo = NoLimitAsMinusOne };
    }

    private static IEnumerable<LimitStep> Blkio(CgroupLimits limits, string blkio)
    {
        string weights = IoWeightFiles.Select(name => $"{blkio}/{name}").FirstOrDefault(File.Exists) ?? $"{blkio}/{IoWeightFiles[0]}";
        yield return new(LimitNames.IoWeight, weights, Text(limits.IoWeight ?? 100), limits.IoWeight is not null);
        foreach (LimitStep step in Rates(limits, $"{blkio}/blkio.throttle.read_bps_device", rate => rate.ReadBytesPerSecond)
            .Concat(Rates(limits, $"{blkio}/blkio.throttle.write_bps_device", rate => rate.WriteBytesPerSecond))
            .Concat(Rates(limits, $"{blkio}/blkio.throttle.read_iops_device", rate => rate.ReadsPerSecond))
            .Concat(Rates(limits, $"{blkio}/blkio.throttle.write_iops_device", rate => rate.WritesPerSecond)))
        {
            yield return step;
        }
    }

    /// <summary>A line <c>major:minor rate</c> for each device; rate 0 takes it away.</summary>
    private static IEnumerable<LimitStep> Rates(CgroupLimits limits, string file, Func<CgroupIoRate, long?> rate)
    {
        Dictionary<string, long> wanted = [];
        foreach (CgroupIoRate each in limits.IoRates)
        {
            if (rate(each) is { } value)
            {
                wanted[BlockDevices.Number(each.Device)!] = value;
            }
        }
        foreach (string device in DeviceLines.Devices(Kernfs.ReadText(file, out _) ?? "").Except(wanted.Keys))
        {
            yield return new(LimitNames.IoRate, file, $"{device} 0", Asked: false) { Undo = text => DeviceLines.Of(text, device) ?? $"{device} 0" };
        }
        foreach ((string device, long value) in wanted)
        {
            yield return new(LimitNames.IoRate, file, $"{device} {Text(value)}", Asked: true) { Undo = text => DeviceLines.Of(text, device) ?? $"{device} 0" };
        }
    }

    /// <summary>No limit reads as the greatest multiple of a page.</summary>
    private static string NoLimitAsMinusOne(string text) => TextNumbers.Limit(System.Text.Encoding.ASCII.GetBytes(text)) is null ? "-1" : text;

    private static string Bytes(long? bytes) => bytes is { } value ? Text(value) : "-1";

    private static string Text(long value) => value.ToString(CultureInfo.InvariantCulture);
}
