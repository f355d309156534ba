using System.Globalization;
using Brig.Linux.Proc;

namespace Brig.Linux.Cgroups.V2;

/// <summary>Which v2 files make limits hold, in an order the kernel takes.</summary>
internal static class V2Plan
{
    /// <summary>Whichever this kernel gives: io.cost's, or the bfq scheduler's.</summary>
    public static readonly string[] IoWeightFiles = ["io.weight", "io.bfq.weight"];

    private const long Period = 100_000;

    public static IEnumerable<LimitStep> Steps(CgroupLimits limits, string directory, bool onlyAsked, Func<string, string, int> write)
    {
        LimitStep Step(string what, string file, string value, bool asked) => new(what, $"{directory}/{file}", value, asked);
        List<LimitStep> steps =
        [
            Step(LimitNames.Cpus, "cpu.max", $"{(limits.Cpus is { } cores ? Text((long)Math.Round(cores * (limits.CpuPeriod ?? Period))) : "max")} {limits.CpuPeriod ?? Period}", limits.Cpus is not null),
            Step(LimitNames.CpuWeight, "cpu.weight", Text(limits.CpuWeight ?? 100), limits.CpuWeight is not null),
            Step(LimitNames.Cpuset, "cpuset.cpus", limits.CpusetCpus ?? "", limits.CpusetCpus is not null),
            Step(LimitNames.MemoryLow, "memory.low", Text(limits.MemoryLow ?? 0), limits.MemoryLow is not null),
            Step(LimitNames.Swap, "memory.swap.max", Max(limits.Swap), limits.Swap is not null),
            Step(LimitNames.Memory, "memory.max", Max(limits.Memory), limits.Memory is not null),
            Step(LimitNames.Pids, "pids.max", Max(limits.Pids), limits.Pids is not null),
            .. onlyAsked && limits.IoWeight is null ? [] : Weights(limits, directory),
            .. onlyAsked && limits.IoRates.IsEmpty ? [] : Rates(limits, $"{directory}/io.max"),
        ];
        foreach (LimitStep step in steps)
        {
            if (step.What == LimitNames.Memory && limits.Memory is { } memory)
            {
                MakeRoom(directory, memory, write);
            }
            yield return step;
        }
    }

    /// <summary>
    /// v2 takes a memory limit below what is in use and kills for it at once; v1 frees what it can and else refuses.
    /// To change a limit must not kill, so here too.
    /// </summary>
    private static void MakeRoom(string directory, long limit, Func<string, string, int> write)
    {
        string current = $"{directory}/memory.current";
        for (int tries = 0; tries < 5; tries++)
        {
            long used = Number(current);
            if (used <= limit)
            {
                return;
            }
            if (write($"{directory}/memory.reclaim", Text(used - limit)) == Errno.ENOENT)   // before 5.19
            {
                break;
            }
        }
        if (Number(current) is var still && still > limit)
        {
            throw new CgroupLimitException($"The {LimitNames.Memory} cannot be lowered to {limit}, {still} bytes are in use now and cannot be freed",
                new LinuxException($"write \"{limit}\"", $"{directory}/memory.max", Errno.EBUSY));
        }
    }

    private static IEnumerable<LimitStep> Weights(CgroupLimits limits, string directory)
    {
        string[] files = [.. IoWeightFiles.Where(name => File.Exists($"{directory}/{name}"))];
        foreach (string name in files.Length == 0 ? IoWeightFiles[..1] : files)
        {
            yield return new(LimitNames.IoWeight, $"{directory}/{name}", $"default {limits.IoWeight ?? 100}", limits.IoWeight is not null)
            {
                Undo = text => text.Split('\n')[0],
            };
        }
    }

    /// <summary>A line <c>254:0 rbps=1048576 wbps=max riops=max wiops=max</c> for each device; all max takes it away.</summary>
    private static IEnumerable<LimitStep> Rates(CgroupLimits limits, string file)
    {
        Dictionary<string, string> wanted = [];
        foreach (CgroupIoRate rate in limits.IoRates)
        {
            string device = BlockDevices.Number(rate.Device)!;
            wanted[device] = $"{device} rbps={Max(rate.ReadBytesPerSecond)} wbps={Max(rate.WriteBytesPerSecond)} riops={Max(rate.ReadsPerSecond)} wiops={Max(rate.WritesPerSecond)}";
        }
        foreach (string device in DeviceLines.Devices(Kernfs.ReadText(file, out _) ?? "").Except(wanted.Keys))
        {
            yield return new(LimitNames.IoRate, file, None(device), Asked: false) { Undo = text => DeviceLines.Of(text, device) ?? None(device) };
        }
        foreach ((string device, string line) in wanted)
        {
            yield return new(LimitNames.IoRate, file, line, Asked: true) { Undo = text => DeviceLines.Of(text, device) ?? None(device) };
        }
    }

    private static string None(string device) => $"{device} rbps=max wbps=max riops=max wiops=max";

    private static long Number(string file) => long.TryParse(Kernfs.ReadText(file, out _), NumberStyles.None, CultureInfo.InvariantCulture, out long value) ? value : 0;

    private static string Max(long? value) => value is { } number ? Text(number) : "max";

    private static string Text(long value) => value.ToString(CultureInfo.InvariantCulture);
}
