using System.Collections.Immutable;
using Brig.Engine.Containers;
using Brig.Engine.History;
using Brig.Engine.Stacks.Plans;

namespace Brig.Engine.Sizing;

internal sealed class SizingService(IContainers containers, IHistory history, TimeProvider time) : ISizing
{
    private const int Points = 3000, AtOnce = 25;
    private const double MachinesOwn = 0.05, LeastCpu = 0.001;
    private static readonly TimeSpan Least = TimeSpan.FromMinutes(30);
    private static readonly ImmutableArray<string> Metrics = ["cpuCores", "workingSet", "throttledRatio", "oomKill"];

    public static TimeSpan Length(SizingRange range) => range switch
    {
        SizingRange.Hour => TimeSpan.FromHours(1),
        SizingRange.Day => TimeSpan.FromDays(1),
        SizingRange.Week => TimeSpan.FromDays(7),
        _ => TimeSpan.FromDays(30),
    };

    /// <summary>An eighth of the range, and half an hour at least.</summary>
    public static TimeSpan Needed(SizingRange range) => Length(range) / 8 is var part && part > Least ? part : Least;

    public async Task<SizingReport> ReadAsync(SizingRange range, CancellationToken stop = default)
    {
        var to = time.GetUtcNow();
        var from = to - Length(range);
        var machine = await MachineAsync(from, to, stop);
        var known = history.Sources().Where(source => source.From is not null).Select(source => source.Id).ToHashSet();
        var sizes = ImmutableArray.CreateBuilder<ContainerSize>();
        foreach (var some in containers.List().Chunk(AtOnce))
        {
            var measured = some.Where(container => known.Contains(container.Id.Value)).ToArray();
            var answer = measured.Length == 0 ? null : await history.ReadAsync(new([.. measured.Select(one => one.Id.Value)], Metrics, from.ToUnixTimeMilliseconds(), to.ToUnixTimeMilliseconds(), Points), stop);
            sizes.AddRange(some.Select(container => Size(container, answer, machine, Needed(range))));
        }
        return new(from, to, Needed(range), machine, sizes.ToImmutable());
    }

    private static ContainerSize Size(Container container, HistoryAnswer? answer, MachineRoom? machine, TimeSpan needed)
    {
        HistorySeries? Series(string metric) => answer?.Series.FirstOrDefault(series => series.Source == container.Id.Value && series.Metric == metric);
        var (cpuSeries, memorySeries) = (Series("cpuCores"), Series("workingSet"));
        var cpu = cpuSeries is null ? null : Spreads.Of(cpuSeries.Avg, cpuSeries.Max);
        var memory = memorySeries is null ? null : Spreads.Of(memorySeries.Avg, memorySeries.Max);
        var measured = TimeSpan.FromMilliseconds((memorySeries?.Avg.Count(double.IsFinite) ?? 0) * (double)(answer?.Step ?? 0));
        double throttled = Series("throttledRatio") is { } held && Spreads.Known(held.Avg) is { Length: > 0 } ratios ? Spreads.Part(ratios, 0.99) : 0;
        long kills = Series("oomKill") is { } oom ? Grown(oom) : 0;
        string? stack = container.Spec.Labels.GetValueOrDefault(Labels.Project);
        var proposal = cpu is null || memory is null || measured < needed
            ? null : Proposals.Of(container.Spec.Limits, cpu, memory, throttled, kills, machine?.Cores ?? Environment.ProcessorCount, stack is not null);
        return new(
            container.Id, container.Name, container.Spec.Image, stack, container.Spec.Sandbox is not null, container.Spec.Limits, measured, cpu, memory, throttled, kills, proposal,
            cpu is not null && memory is not null && machine is not null ? More(cpu, memory, machine) : null);
    }

    /// <summary>A counter that begins anew with every run: only its steps up count.</summary>
    private static long Grown(HistorySeries counter)
    {
        double sum = 0;
        double? last = null;
        foreach (double value in counter.Max.Where(double.IsFinite))
        {
            sum += last is { } before ? Math.Max(0, value - (value < before ? 0 : before)) : 0;
            last = value;
        }
        return (long)sum;
    }

    private static Density More(Spread cpu, Spread memory, MachineRoom machine)
    {
        int byMemory = (int)Math.Min(int.MaxValue, machine.MemoryFree / Math.Max(1, memory.P99));
        int byCpu = (int)Math.Min(int.MaxValue, machine.CpuFree / Math.Max(LeastCpu, cpu.P99));
        return new(Math.Min(byMemory, byCpu), byMemory <= byCpu ? "memory" : "cpu", byMemory, byCpu);
    }

    private async Task<MachineRoom?> MachineAsync(DateTimeOffset from, DateTimeOffset to, CancellationToken stop)
    {
        var answer = await history.ReadAsync(new([HistorySource.Machine], ["cpuCores", "cores", "memTotal", "memAvailable"], from.ToUnixTimeMilliseconds(), to.ToUnixTimeMilliseconds(), Points), stop);
        HistorySeries? Series(string metric) => answer.Series.FirstOrDefault(series => series.Metric == metric);
        double[] used = Spreads.Known(Series("cpuCores")?.Max ?? []), cores = Spreads.Known(Series("cores")?.Max ?? []), total = Spreads.Known(Series("memTotal")?.Max ?? []), free = Spreads.Known(Series("memAvailable")?.Min ?? []);
        return used.Length == 0 || cores.Length == 0 || total.Length == 0 || free.Length == 0
            ? null
            : new(cores[^1], Spreads.Part(used, 0.99), (long)total[^1], Math.Max(0, (long)(Spreads.Part(free, 0.01) - total[^1] * MachinesOwn)));
    }
}
