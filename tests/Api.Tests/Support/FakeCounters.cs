using System.Collections.Immutable;
using Brig.Engine.Metrics;

namespace Brig.Api.Tests.Support;

/// <summary>Of the one container there is, or of those a test gives.</summary>
internal sealed class FakeCounters : ICounters
{
    public ImmutableArray<ContainerCounters> All { get; set; } =
    [
        new()
        {
            Id = FakeContainers.Id, CpuMicroseconds = 1_500_001, CpuUserMicroseconds = 1_000_000, CpuSystemMicroseconds = 500_001, CpuLimit = 1.5,
            Periods = 50, ThrottledPeriods = 20, ThrottledMicroseconds = 700_000, Memory = 4096, WorkingSet = 3000, MemoryLimit = 1 << 20, MemoryMaxEvents = 3, OomKills = 1,
            Processes = 2, Pids = 5, CpuStalled = new(12, 3),
            Devices = [new("vda", 4096, 8192, 1, 2)], Interfaces = [new("eth0", 1, 2, 3, 4, 5, 6, 7, 8)],
        },
    ];

    public SamplerWork Work => new(10, 0.25, 4);

    public ImmutableArray<ContainerCounters> ReadCounters() => All;

    /// <summary>Called before one container is read; false: it is not watched yet.</summary>
    public Func<bool> IsWatched { get; set; } = () => true;

    public ContainerCounters? ReadCounters(Engine.Containers.ContainerId id, bool atTick) => IsWatched() ? All.FirstOrDefault(one => one.Id == id) : null;

    public MachineTotals ReadMachine() => new(4, 1234.5, 0.1, 0.2, 0.3, 8 << 20, 4 << 20, 0, 0, 100, 50);
}
