using System.Collections.Frozen;
using System.Collections.Immutable;
using System.Globalization;

namespace Brig.Engine.History;

/// <summary>What is kept of each source: the columns of the live hub, in its order (docs/architecture.md). New ones come behind the last, for what is kept has them by number.</summary>
internal static class Columns
{
    /// <summary>A ten-thousandth of a core or of a whole; a hundredth of a percent or of a load, as the kernel tells them.</summary>
    private const double Cores = 10_000, Percent = 100;

    public static readonly ImmutableArray<Column> Container =
    [
        new("cpuCores", Cores, Fold.Sum), new("cpuLimit", Cores, Fold.Limit, IsExact: true), new("throttledRatio", Cores, Fold.Most),
        new("memory", 1, Fold.Sum), new("workingSet", 1, Fold.Sum), new("anon", 1, Fold.Sum), new("file", 1, Fold.Sum), new("kernel", 1, Fold.Sum), new("swap", 1, Fold.Sum),
        new("memPeak", 1, Fold.Sum), new("memLimit", 1, Fold.Limit, IsExact: true),
        new("memHigh", 1, Fold.Sum, IsExact: true), new("memMax", 1, Fold.Sum, IsExact: true), new("oom", 1, Fold.Sum, IsExact: true), new("oomKill", 1, Fold.Sum, IsExact: true),
        new("pids", 1, Fold.Sum), new("pidsLimit", 1, Fold.Limit, IsExact: true),
        new("psiCpu", Percent, Fold.Most), new("psiMem", Percent, Fold.Most), new("psiMemFull", Percent, Fold.Most), new("psiIo", Percent, Fold.Most), new("psiIoFull", Percent, Fold.Most),
        new("readBytes", 1, Fold.Sum), new("writeBytes", 1, Fold.Sum), new("rxBytes", 1, Fold.Sum), new("txBytes", 1, Fold.Sum),
    ];

    public static readonly ImmutableArray<Column> Machine =
    [
        new("cpuCores", Cores, Fold.Sum), new("cores", 1, Fold.Sum, IsExact: true), new("load1", Percent, Fold.Sum), new("load5", Percent, Fold.Sum), new("load15", Percent, Fold.Sum),
        new("memTotal", 1, Fold.Sum, IsExact: true), new("memAvailable", 1, Fold.Sum), new("swapTotal", 1, Fold.Sum, IsExact: true), new("swapFree", 1, Fold.Sum),
        new("psiCpu", Percent, Fold.Most), new("psiMem", Percent, Fold.Most), new("psiMemFull", Percent, Fold.Most), new("psiIo", Percent, Fold.Most), new("psiIoFull", Percent, Fold.Most),
        new("diskTotal", 1, Fold.Sum, IsExact: true), new("diskFree", 1, Fold.Sum),
        // From here on one for each core, as far as there are so many.
        .. Enumerable.Range(0, MostCores).Select(core => new Column("core" + core.ToString(CultureInfo.InvariantCulture), Cores, Fold.Most)),
        // These came later.
        new("anon", 1, Fold.Sum), new("file", 1, Fold.Sum), new("kernel", 1, Fold.Sum), new("pids", 1, Fold.Sum),
        new("readBytes", 1, Fold.Sum), new("writeBytes", 1, Fold.Sum), new("rxBytes", 1, Fold.Sum), new("txBytes", 1, Fold.Sum),
    ];

    public const int FirstCore = 16;

    /// <summary>A machine with more has its others in the sum alone.</summary>
    public const int MostCores = 256;

    /// <summary>Of the machine's, behind the cores.</summary>
    public const int Later = FirstCore + MostCores;

    private static readonly FrozenDictionary<string, int> s_container = ByName(Container), s_machine = ByName(Machine);

    /// <summary>All there are.</summary>
    public static readonly FrozenSet<string> Names = Container.Concat(Machine).Select(column => column.Name).ToFrozenSet();

    /// <summary>For sentences.</summary>
    public static string Known => string.Join(", ", Container.Concat(Machine.Take(FirstCore)).Concat(Machine.Skip(Later)).Select(column => column.Name).Distinct()) + "; of the machine also core0, core1 and so on";

    public static ImmutableArray<Column> Of(bool isMachine) => isMachine ? Machine : Container;

    /// <summary>-1: such a source has no such column.</summary>
    public static int IndexOf(bool isMachine, string metric) => (isMachine ? s_machine : s_container).GetValueOrDefault(metric, -1);

    private static FrozenDictionary<string, int> ByName(ImmutableArray<Column> columns) => columns.Select((column, index) => (column.Name, index)).ToFrozenDictionary(pair => pair.Name, pair => pair.index);
}
