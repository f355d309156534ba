using Brig.Engine.Health;

namespace Brig.Engine.Tests.Health;

public class HealthRulesTests
{
    private static readonly DateTimeOffset Then = new(2026, 11, 22, 3, 0, 0, TimeSpan.Zero);
    private static readonly HealthCheck Check = new(["true"], TimeSpan.FromSeconds(30), TimeSpan.FromSeconds(5), TimeSpan.FromSeconds(60), null, Retries: 2, UnhealthyAction.None, FromImage: false);
    private static readonly HealthState Starting = new(HealthStatus.Starting, 0, Then);

    [Fact]
    public void Next_FailuresDuringTheStart_DoNotCount()
    {
        var state = After(Starting, 1, running: 59, times: 5);

        Assert.Equal((HealthStatus.Starting, 0), (state.Status, state.FailingStreak));
        Assert.Equal(Result(1).EndedAt, state.ProbedAt);
    }

    [Fact]
    public void Next_FailuresAfterTheStart_UnhealthyAtTheRetriesAndSinceThen()
    {
        var once = After(Starting, 1, running: 60);
        var twice = After(once, 1, running: 90);

        Assert.Equal((HealthStatus.Starting, 1, Then), (once.Status, once.FailingStreak, once.Since));
        Assert.Equal((HealthStatus.Unhealthy, 2, Result(1).EndedAt), (twice.Status, twice.FailingStreak, twice.Since));
        Assert.Equal((HealthStatus.Unhealthy, 3), (After(twice, 1, running: 120).Status, After(twice, 1, running: 120).FailingStreak));
    }

    [Fact]
    public void Next_HealthyOnceDuringTheStart_LaterFailuresCount()
    {
        var healthy = After(Starting, 0, running: 1);

        Assert.Equal(HealthStatus.Healthy, healthy.Status);
        Assert.Equal(HealthStatus.Unhealthy, After(healthy, 1, running: 2, times: 2).Status);
    }

    [Fact]
    public void Next_SuccessAfterUnhealthy_HealthyAndTheStreakIsOver()
    {
        var state = After(new(HealthStatus.Unhealthy, 7, Then), 0, running: 900);

        Assert.Equal((HealthStatus.Healthy, 0), (state.Status, state.FailingStreak));
    }

    [Fact]
    public void Next_NoStartPeriod_TheFirstIntervalIsIt()
    {
        var check = Check with { StartPeriod = TimeSpan.Zero };

        Assert.Equal(0, HealthRules.Next(Starting, check, Result(1), TimeSpan.FromSeconds(29)).FailingStreak);
        Assert.Equal(1, HealthRules.Next(Starting, check, Result(1), TimeSpan.FromSeconds(30)).FailingStreak);
    }

    [Theory]
    [InlineData(0, 0, 0.25)]
    [InlineData(1, 1, 0.5)]
    [InlineData(4, 7, 4)]
    [InlineData(9, 30, 5)]
    [InlineData(9, 58, 2)]      // not beyond the start
    [InlineData(9, 60, 30)]
    public void Wait_NotHealthyYet_SoonThenSlower(int probes, double running, double seconds) =>
        Assert.Equal(seconds, HealthRules.Wait(Starting, Check, TimeSpan.FromSeconds(running), probes, chance: 0.5).TotalSeconds, 0.001);

    [Fact]
    public void Wait_StartIntervalIsAsked_ThatUntilHealthyThenTheInterval()
    {
        var check = Check with { StartInterval = TimeSpan.FromSeconds(2) };

        Assert.Equal(2, HealthRules.Wait(Starting, check, TimeSpan.FromSeconds(10), 3, 0.5).TotalSeconds, 0.001);
        Assert.Equal(30, HealthRules.Wait(Starting with { Status = HealthStatus.Healthy }, check, TimeSpan.FromSeconds(10), 3, 0.5).TotalSeconds, 0.001);
    }

    [Fact]
    public void Wait_ManyContainers_SpreadOverATenth()
    {
        var healthy = Starting with { Status = HealthStatus.Healthy };

        Assert.Equal(28.5, HealthRules.Wait(healthy, Check, TimeSpan.FromHours(1), 0, 0).TotalSeconds, 0.001);
        Assert.Equal(31.5, HealthRules.Wait(healthy, Check, TimeSpan.FromHours(1), 0, 1).TotalSeconds, 0.001);
    }

    private static HealthState After(HealthState state, int code, double running, int times = 1)
    {
        for (int i = 0; i < times; i++)
        {
            state = HealthRules.Next(state, Check, Result(code), TimeSpan.FromSeconds(running));
        }
        return state;
    }

    private static ProbeResult Result(int code) => new(Then.AddSeconds(1), Then.AddSeconds(2), code, false, "");
}
