using System.Globalization;
using Brig.Linux.Proc;

namespace Brig.Linux.Cgroups;

/// <summary>What no machine takes, told before anything is made.</summary>
internal static class LimitCheck
{
    public const long LeastMemory = 512 * 1024;

    /// <summary>A sentence, or null when the limits make sense.</summary>
    public static string? WhyInvalid(CgroupLimits limits) => limits switch
    {
        { Cpus: { } cpus } when !(cpus is >= 0.01 and <= 10_000) => Text($"The CPU limit {cpus} is out of range: at least 0.01 cores, at most 10000"),
        { CpuWeight: { } weight } when weight is < 1 or > 10_000 => $"The CPU weight {weight} is out of range: 1 to 10000",
        { Memory: { } bytes } when bytes < LeastMemory => $"The memory limit {bytes} is too small: a container needs at least {LeastMemory} bytes (512 KiB)",
        { MemoryLow: < 0 } => $"The memory protection {limits.MemoryLow} is negative",
        { Memory: { } most, MemoryLow: { } low } when low > most => $"The memory protection {low} is above the memory limit {most}",
        { Swap: < 0 } => $"The swap limit {limits.Swap} is negative",
        { Pids: { } pids } when pids is < 1 or > 4_194_304 => $"The process limit {pids} is out of range: 1 to 4194304",
        { IoWeight: { } weight } when weight is < 1 or > 1000 => $"The I/O weight {weight} is out of range: 1 to 1000",
        _ => (limits.CpusetCpus is { } cpus ? CpuList.WhyInvalid(cpus) : null) ?? limits.IoRates.Select(WhyInvalid).FirstOrDefault(why => why is not null),
    };

    private static string? WhyInvalid(CgroupIoRate rate)
    {
        if (BlockDevices.Number(rate.Device) is null)
        {
            return $"There is no block device \"{rate.Device}\" on this machine";
        }
        long?[] values = [rate.ReadBytesPerSecond, rate.WriteBytesPerSecond, rate.ReadsPerSecond, rate.WritesPerSecond];
        return values.FirstOrDefault(value => value is < 1) is { } bad ? $"The I/O rate {bad} of \"{rate.Device}\" is out of range: at least 1" : null;
    }

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
