using System.Collections.Immutable;
using System.Globalization;
using Brig.Engine.Containers;

namespace Brig.Engine.Sizing;

/// <summary>From what was used to what is to be given. What met its limit has shown only how much it got, not what it needs: then more is proposed, and no waste told.</summary>
internal static class Proposals
{
    private const double OverP99 = 1.25, OverPeak = 1.1, CpuOverP99 = 1.5, More = 1.5, Full = 0.95, HeldBack = 0.05;
    private const long LeastMemory = 16 << 20;
    private const double LeastCpus = 0.1;

    public static SizeProposal Of(Limits limits, Spread cpu, Spread memory, double throttled, long oomKills, double cores, bool inStack)
    {
        var reasons = ImmutableArray.CreateBuilder<string>();
        long? bytes = Memory(limits.Memory, memory, oomKills, reasons);
        double? cpus = Cpus(limits.Cpus, cpu, throttled, cores, reasons);
        if (inStack && (bytes is not null || cpus is not null))
        {
            reasons.Add("It is part of a stack: write the limits into its file too, for the next update goes by that.");
        }
        return new(cpus, bytes, reasons.ToImmutable());
    }

    private static long? Memory(long? limit, Spread used, long oomKills, ImmutableArray<string>.Builder reasons)
    {
        if (limit is { } given && (oomKills > 0 || used.Peak >= given * Full))
        {
            long more = Round((long)(given * (oomKills > 0 ? More : OverP99)));
            reasons.Add(oomKills > 0
                ? $"Memory: it was killed for memory {(oomKills == 1 ? "once" : Invariant($"{oomKills} times"))}, so what it needs is not known; half as much again is a first try."
                : "Memory: it filled its limit, so what it needs is not known; a quarter more is a first try.");
            return more;
        }
        long wanted = Math.Max(LeastMemory, Round((long)Math.Max(used.P99 * OverP99, used.Peak * OverPeak)));
        if (limit == wanted)
        {
            return null;
        }
        reasons.Add(wanted == LeastMemory ? "Memory: 16 MiB, the least that is proposed; it needs less."
            : used.P99 * OverP99 >= used.Peak * OverPeak ? "Memory: a quarter above what was enough 99 of 100 times." : "Memory: a tenth above the most it ever had, which was rare.");
        return wanted;
    }

    /// <summary>Only in place of a limit: cores that nobody uses are everybody's, so one without a limit takes none away.</summary>
    private static double? Cpus(double? limit, Spread used, double throttled, double cores, ImmutableArray<string>.Builder reasons)
    {
        if (limit is not { } given)
        {
            return null;
        }
        if (throttled >= HeldBack)
        {
            reasons.Add(Invariant($"CPU: it was held back in up to {throttled * 100:0} % of the scheduler's periods, so what it needs is not known; half as much again is a first try."));
            return Math.Min(cores, Round(given * More));
        }
        double wanted = Math.Max(LeastCpus, Round(Math.Max(used.P99 * CpuOverP99, used.Peak * OverPeak)));
        if (wanted >= cores)
        {
            reasons.Add("CPU: it may need all cores at times, so no limit is proposed.");
            return null;
        }
        if (Math.Abs(given - wanted) < 0.005)
        {
            return null;
        }
        reasons.Add(wanted == LeastCpus ? "CPU: a tenth of a core, the least that is proposed; it needs less."
            : used.P99 * CpuOverP99 >= used.Peak * OverPeak ? "CPU: half as much again as was enough 99 of 100 times." : "CPU: a tenth above the busiest second, which was rare.");
        return wanted;
    }

    /// <summary>Up to a number one would type: three bits of it.</summary>
    internal static long Round(long bytes)
    {
        long step = 1L << Math.Max(20, (int)Math.Log2(Math.Max(1, bytes)) - 3);
        return (bytes + step - 1) / step * step;
    }

    internal static double Round(double cpus)
    {
        double step = cpus < 1 ? 0.05 : cpus < 4 ? 0.25 : 0.5;
        return Math.Round(Math.Ceiling(Math.Round(cpus / step, 6)) * step, 2);
    }

    private static string Invariant(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
