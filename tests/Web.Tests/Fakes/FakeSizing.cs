using System.Collections.Immutable;
using Brig.Engine.Containers;
using Brig.Engine.Sizing;

namespace Brig.Web.Tests.Fakes;

/// <summary>Answers what a test puts in.</summary>
public sealed class FakeSizing : ISizing
{
    private static readonly DateTimeOffset At = new(2026, 11, 21, 20, 15, 0, TimeSpan.Zero);

    public ImmutableArray<ContainerSize> All { get; set; } =
    [
        new(new(new string('c', 64)), "web", "nginx", "shop", false, new() { Memory = 1 << 30, Cpus = 2 }, TimeSpan.FromHours(20), new(0.1, 0.2, 0.4), new(90 << 20, 100 << 20, 110 << 20), 0, 0,
            new(0.45, 125 << 20, ["Memory: a quarter above what was enough 99 of 100 times."]), new(12, "memory", 12, 15)),
    ];

    public SizingRange? Asked { get; private set; }

    public Task<SizingReport> ReadAsync(SizingRange range, CancellationToken stop = default)
    {
        Asked = range;
        return Task.FromResult(new SizingReport(At - TimeSpan.FromDays(1), At, TimeSpan.FromHours(3), new(4, 1, 8L << 30, 2L << 30), All));
    }
}
