using System.Collections.Immutable;
using Brig.Engine.Containers;
using Brig.Engine.Metrics;

namespace Brig.Engine.PostMortems;

/// <summary>A container's last minute as columns, from the ring that the live pages show.</summary>
internal static class LastMinutes
{
    private const int Frames = 90;   // more than a minute, for it is looked at a little later
    private static readonly TimeSpan Minute = TimeSpan.FromSeconds(60), Late = TimeSpan.FromSeconds(1);

    private static readonly (string Name, Func<ContainerSample, double> Value)[] Columns =
    [
        ("cpuCores", s => s.CpuCores), ("throttledRatio", s => s.ThrottledRatio), ("memory", s => s.Memory), ("workingSet", s => s.WorkingSet), ("anon", s => s.Anonymous), ("file", s => s.FileCache),
        ("kernel", s => s.Kernel), ("swap", s => s.Swap), ("memLimit", s => s.MemoryLimit ?? double.NaN), ("cpuLimit", s => s.CpuLimit ?? double.NaN), ("pids", s => s.Pids),
        ("pidsLimit", s => s.PidsLimit ?? double.NaN), ("psiCpu", s => s.CpuPressure.Some10), ("psiMem", s => s.MemoryPressure.Some10), ("psiIo", s => s.IoPressure.Some10),
        ("readBytes", s => s.Devices.Sum(device => device.ReadBytes)), ("writeBytes", s => s.Devices.Sum(device => device.WriteBytes)),
        ("rxBytes", s => s.Interfaces.Sum(link => link.ReceiveBytes)), ("txBytes", s => s.Interfaces.Sum(link => link.TransmitBytes)),
    ];

    /// <summary>Null: it was never sampled in this run.</summary>
    public static LastMinute? Of(Sampler sampler, ContainerId id, RunEnd end)
    {
        using var live = sampler.Follow(Frames);
        var (from, to) = (end.FinishedAt - Minute, end.FinishedAt + Late);
        if (end.StartedAt is { } start && start > from)
        {
            from = start;
        }
        var times = new List<DateTimeOffset>();
        var samples = new List<ContainerSample>();
        foreach (var frame in live.Snapshot)
        {
            if (frame.At >= from && frame.At <= to && frame.Containers.FirstOrDefault(sample => sample.Id == id) is { } sample)
            {
                times.Add(frame.At);
                samples.Add(sample);
            }
        }
        return samples.Count == 0 ? null : new([.. times], Columns.ToImmutableDictionary(
            column => column.Name, column => samples.Select(sample => column.Value(sample)).Select(value => double.IsFinite(value) ? Math.Round(value, 4) : (double?)null).ToImmutableArray()));
    }
}
