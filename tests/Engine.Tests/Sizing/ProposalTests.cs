using Brig.Engine.Containers;
using Brig.Engine.Sizing;

namespace Brig.Engine.Tests.Sizing;

public sealed class ProposalTests
{
    private const long Mi = 1 << 20;
    private static readonly Spread s_cpu = new(0.1, 0.2, 0.3), s_memory = new(80 * Mi, 100 * Mi, 105 * Mi);

    [Fact]
    public void Of_MoreGivenThanNeeded_HeadroomAndReason()
    {
        var proposal = Of(new() { Memory = 1024 * Mi, Cpus = 2 });

        Assert.Equal((0.35, 128 * Mi), (proposal.Cpus, proposal.Memory));
        Assert.Contains(proposal.Reasons, reason => reason.StartsWith("Memory: a quarter above", StringComparison.Ordinal));
        Assert.Contains(proposal.Reasons, reason => reason.StartsWith("CPU: a tenth above the busiest second", StringComparison.Ordinal));
    }

    [Fact]
    public void Of_KilledForMemory_MoreThanItHas() => Assert.Equal(160 * Mi, Of(new() { Memory = 100 * Mi }, kills: 2).Memory);

    [Fact]
    public void Of_LimitFilled_NoWasteTold() => Assert.True(Of(new() { Memory = 106 * Mi }).Memory > 106 * Mi);

    [Fact]
    public void Of_HeldBack_MoreCores() => Assert.Equal(0.45, Of(new() { Cpus = 0.3 }, throttled: 0.4).Cpus);

    [Fact]
    public void Of_MayNeedAllCores_NoOtherLimit() => Assert.Null(Proposals.Of(new() { Cpus = 3.5 }, new(1, 3, 4), s_memory, 0, 0, 4, false).Cpus);

    [Fact]
    public void Of_NoLimitOfCores_NoneIsProposed() => Assert.Null(Of(Limits.None).Cpus);

    [Fact]
    public void Of_NeedsNextToNothing_LeastAndSaysSo()
    {
        var proposal = Proposals.Of(new() { Memory = 64 * Mi, Cpus = 1 }, new(0, 0.001, 0.002), new(Mi, Mi, Mi), 0, 0, 4, false);

        Assert.Equal((0.1, 16 * Mi), (proposal.Cpus, proposal.Memory));
        Assert.All(proposal.Reasons, reason => Assert.Contains("the least that is proposed", reason, StringComparison.Ordinal));
    }

    [Fact]
    public void Of_HasWhatItNeeds_Nothing()
    {
        var proposal = Of(new() { Memory = 128 * Mi, Cpus = 0.35 });

        Assert.Equal((null, null), (proposal.Cpus, proposal.Memory));
        Assert.Empty(proposal.Reasons);
    }

    [Fact]
    public void Of_InAStack_SaysThatTheFileWins() =>
        Assert.Contains(Proposals.Of(Limits.None, s_cpu, s_memory, 0, 0, 4, inStack: true).Reasons, reason => reason.Contains("stack", StringComparison.Ordinal));

    [Fact]
    public void Spread_Values_MiddleTopAndPeak()
    {
        double[] values = [double.NaN, .. Enumerable.Range(1, 100).Select(value => (double)value)];

        Assert.Equal(new Spread(50, 99, 100), Spreads.Of(values, values));
        Assert.Null(Spreads.Of([double.NaN], [double.NaN]));
    }

    private static SizeProposal Of(Limits limits, double throttled = 0, long kills = 0) => Proposals.Of(limits, s_cpu, s_memory, throttled, kills, 4, false);
}
