using System.Diagnostics;
using Brig.Engine.History;
using Brig.Engine.History.Keeping;

namespace Brig.Bench.History;

/// <summary>What a month's chart costs in the engine, whatever else the machine does: time on the processor and bytes allocated, of the quickest of a few.</summary>
internal static class Reading
{
    private const int Times = 7;

    public static readonly (string Name, string[] Sources, string[] Metrics)[] Charts =
    [
        ("one", ["bench-1"], ["cpuCores"]),
        ("ten", ["bench-1"], ["cpuCores", "throttledRatio", "memory", "workingSet", "anon", "file", "rxBytes", "txBytes", "psiCpu", "pids"]),
        ("five", ["bench-0", "bench-1", "bench-2", "bench-3", "bench-4"], ["cpuCores", "workingSet"]),
        ("stack", ["stack:bench1"], ["cpuCores"]),
    ];

    public static void Tell(HistoryFile file, SourceBook book, long now)
    {
        foreach (var (name, sources, metrics) in Charts)
        {
            var chosen = new SourceSelection(book.All([])).Find([.. sources]);
            double cpu = double.MaxValue, took = double.MaxValue;
            long allocated = long.MaxValue;
            for (int time = 0; time < Times; time++)
            {
                long bytes = GC.GetTotalAllocatedBytes(precise: true), start = Stopwatch.GetTimestamp();
                var before = Environment.CpuUsage.TotalTime;
                using (var session = new ReadSession(file, book, chosen.SelectMany(one => one.Members).Select(member => member.Id), []))
                {
                    new SeriesReader(session.Blocks).Read(new([.. sources], [.. metrics], now - (30 * 86_400_000L), now, 1000), chosen, default);
                }
                took = Math.Min(took, Stopwatch.GetElapsedTime(start).TotalMilliseconds);
                cpu = Math.Min(cpu, (Environment.CpuUsage.TotalTime - before).TotalMilliseconds);
                allocated = Math.Min(allocated, GC.GetTotalAllocatedBytes(precise: true) - bytes);
            }
            Console.WriteLine(FormattableString.Invariant($"read {name} took {took:0.0} cpu {cpu:0.0} allocated {allocated}"));
        }
    }
}
