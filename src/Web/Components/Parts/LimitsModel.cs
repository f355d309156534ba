using System.Globalization;
using System.Text.RegularExpressions;
using Brig.Engine.Containers;
using static Brig.Web.Resources.Text;

namespace Brig.Web.Components.Parts;

/// <summary>Limits as they are typed. Nothing typed is ever lost: what is wrong stays, with a sentence beside it.</summary>
public sealed partial class LimitsModel
{
    public const long SmallestMemory = 512 * 1024;
    public const double SmallestCpus = 0.01;

    public string Cpus { get; set; } = "";
    public string Memory { get; set; } = "";
    public string Swap { get; set; } = "";
    public string MemoryLow { get; set; } = "";
    public string Pids { get; set; } = "";
    public string CpuWeight { get; set; } = "";
    public string IoWeight { get; set; } = "";
    public string Cpuset { get; set; } = "";

    /// <summary>Kept as they were: there is no field for them.</summary>
    private Limits _rest = Limits.None;

    public static LimitsModel Of(Limits limits) => new()
    {
        Cpus = limits.Cpus?.ToString("0.##", CultureInfo.InvariantCulture) ?? "",
        Memory = limits.Memory is { } memory ? Quantity.Typed(memory) : "",
        Swap = limits.Swap is { } swap ? Quantity.Typed(swap) : "",
        MemoryLow = limits.MemoryLow is { } low ? Quantity.Typed(low) : "",
        Pids = limits.Pids?.ToString(CultureInfo.InvariantCulture) ?? "",
        CpuWeight = limits.CpuWeight?.ToString(CultureInfo.InvariantCulture) ?? "",
        IoWeight = limits.IoWeight?.ToString(CultureInfo.InvariantCulture) ?? "",
        Cpuset = limits.CpusetCpus ?? "",
        _rest = limits,
    };

    public string? Wrong(string field) => field switch
    {
        nameof(Cpus) => Empty(Cpus) || (Number(Cpus) is { } cpus && cpus >= SmallestCpus && cpus <= 4096) ? null : T("limits.wrongCpus"),
        nameof(Memory) => Empty(Memory) || Bytes(Memory) >= SmallestMemory ? null : T("limits.wrongMemory"),
        nameof(Swap) => Empty(Swap) || Bytes(Swap) >= 0 ? null : T("limits.wrongBytes"),
        nameof(MemoryLow) => Empty(MemoryLow) || Bytes(MemoryLow) >= 0 ? null : T("limits.wrongBytes"),
        nameof(Pids) => Empty(Pids) || Whole(Pids) is >= 1 and <= 4_194_304 ? null : T("limits.wrongPids"),
        nameof(CpuWeight) => Empty(CpuWeight) || Whole(CpuWeight) is >= 1 and <= 10_000 ? null : T("limits.wrongWeight", 10_000),
        nameof(IoWeight) => Empty(IoWeight) || Whole(IoWeight) is >= 1 and <= 1_000 ? null : T("limits.wrongWeight", 1_000),
        nameof(Cpuset) => Empty(Cpuset) || CpuList().IsMatch(Cpuset.Trim()) ? null : T("limits.wrongCpuset"),
        _ => null,
    };

    public static readonly string[] Fields = [nameof(Cpus), nameof(Memory), nameof(Swap), nameof(MemoryLow), nameof(Pids), nameof(CpuWeight), nameof(IoWeight), nameof(Cpuset)];

    public bool IsRight => Fields.All(f => Wrong(f) is null);

    /// <summary>What is typed; a wrong or empty field means no limit.</summary>
    public Limits ToLimits() => _rest with
    {
        Cpus = Right(nameof(Cpus)) ? Number(Cpus) : null,
        Memory = Right(nameof(Memory)) ? Bytes(Memory) : null,
        Swap = Right(nameof(Swap)) ? Bytes(Swap) : null,
        MemoryLow = Right(nameof(MemoryLow)) ? Bytes(MemoryLow) : null,
        Pids = Right(nameof(Pids)) ? Whole(Pids) : null,
        CpuWeight = Right(nameof(CpuWeight)) ? (int?)Whole(CpuWeight) : null,
        IoWeight = Right(nameof(IoWeight)) ? (int?)Whole(IoWeight) : null,
        CpusetCpus = Right(nameof(Cpuset)) && !Empty(Cpuset) ? Cpuset.Trim() : null,
    };

    private bool Right(string field) => Wrong(field) is null;

    private static bool Empty(string text) => string.IsNullOrWhiteSpace(text);

    private static double? Number(string text) => double.TryParse(text.Trim(), NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var number) ? number : null;

    private static long? Whole(string text) => long.TryParse(text.Trim(), NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : null;

    private static long? Bytes(string text) => Empty(text) ? null : Quantity.ToBytes(text, 1 << 20);

    [GeneratedRegex(@"^\d+(-\d+)?(,\d+(-\d+)?)*$")]
    private static partial Regex CpuList();
}
