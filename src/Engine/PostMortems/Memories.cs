using System.Collections.Immutable;
using Brig.Engine.PostMortems.Kernel;

namespace Brig.Engine.PostMortems;

/// <summary>Memory at death: the kernel's word at the kill where there is one, else what was sampled last; and the counters of the cgroup.</summary>
internal static class Memories
{
    public static MemoryAtDeath? Of(Death death, OomReport? report, LastMinute? minute)
    {
        if (death.NotStarted is not null || (report is null && minute is null && death.Cgroup is null))
        {
            return null;
        }
        long? peak = death.Cgroup is { MemoryPeak: > 0 } counters ? counters.MemoryPeak : Most(minute, "memory");
        long? limit = death.Cgroup?.MemoryLimit ?? death.Container.Spec.Limits.Memory;
        long? hits = death.Cgroup?.MaxEvents;
        return report is { Usage: { } usage }
            ? new(report.Limit ?? limit, usage, Math.Max(peak ?? 0, usage), Stat(report, "anon", "rss"), Stat(report, "file", "cache"), Stat(report, "shmem"), Stat(report, "kernel"), Stat(report, "swap"), hits)
            : new(limit, Last(minute, "memory"), peak, Last(minute, "anon"), Last(minute, "file"), null, Last(minute, "kernel"), Last(minute, "swap"), hits);
    }

    private static long? Stat(OomReport report, params ReadOnlySpan<string> names)
    {
        foreach (string name in names)
        {
            if (report.Stat.TryGetValue(name, out long value))
            {
                return value;
            }
        }
        return null;
    }

    private static long? Last(LastMinute? minute, string column) => minute?.Series[column].LastOrDefault() is { } value ? (long)value : null;

    private static long? Most(LastMinute? minute, string column) => minute?.Series[column].Max() is { } value ? (long)value : null;
}
