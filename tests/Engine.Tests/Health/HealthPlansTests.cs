using Brig.Engine.Containers;
using Brig.Engine.Containers.Probes;
using Brig.Engine.Health;
using Brig.Engine.Images;

namespace Brig.Engine.Tests.Health;

public class HealthPlansTests
{
    private static readonly ImageConfig Image = new()
    {
        Shell = ["/bin/bash", "-ec"],
        Healthcheck = new(["CMD-SHELL", "curl localhost"], TimeSpan.FromSeconds(7), TimeSpan.FromSeconds(3), TimeSpan.FromSeconds(40), 9, TimeSpan.FromSeconds(1)),
    };

    [Fact]
    public void Plan_NothingAsked_TheImagesWithItsShell()
    {
        var check = HealthPlans.Plan(null, Image)!;

        Assert.Equal(["/bin/bash", "-ec", "curl localhost"], check.Command.ToArray());
        Assert.Equal((7, 3, 40, 1, 9), (check.Interval.TotalSeconds, check.Timeout.TotalSeconds, check.StartPeriod.TotalSeconds, check.StartInterval!.Value.TotalSeconds, check.Retries));
        Assert.True(check.FromImage);
    }

    [Fact]
    public void Plan_TimesOnly_OverTheImagesTest()
    {
        var check = HealthPlans.Plan(new() { Interval = TimeSpan.FromSeconds(2), Retries = 1 }, Image)!;

        Assert.Equal("curl localhost", check.Command[^1]);
        Assert.Equal((2, 3, 1), (check.Interval.TotalSeconds, check.Timeout.TotalSeconds, check.Retries));
    }

    [Fact]
    public void Plan_OwnTest_DockersDefaultsWhereNeitherSays()
    {
        var check = HealthPlans.Plan(new() { Test = ["CMD", "probe", "-v"] }, new())!;

        Assert.Equal(["probe", "-v"], check.Command.ToArray());
        Assert.Equal((30, 30, 0, 3, false), (check.Interval.TotalSeconds, check.Timeout.TotalSeconds, check.StartPeriod.TotalSeconds, check.Retries, check.FromImage));
        Assert.Equal(["/bin/sh", "-c", "x"], HealthPlans.Plan(new() { Test = ["CMD-SHELL", "x"] }, new())!.Command.ToArray());
    }

    [Fact]
    public void Plan_NoneOrNothing_NoCheck()
    {
        Assert.Null(HealthPlans.Plan(null, new()));
        Assert.Null(HealthPlans.Plan(new() { Test = ["NONE"] }, Image));
        Assert.Null(HealthPlans.Plan(null, new() { Healthcheck = new(["NONE"]) }));
    }

    [Fact]
    public void Plan_ImageAsksForTooOften_NotMoreThanTenTimesASecond() =>
        Assert.Equal(0.1, HealthPlans.Plan(null, new() { Healthcheck = new(["CMD", "x"], TimeSpan.FromMilliseconds(1)) })!.Interval.TotalSeconds, 0.001);

    public static TheoryData<HealthSpec, string> Wrong => new()
    {
        { new() { Test = ["curl", "localhost"] }, "NONE alone, or CMD" },
        { new() { Test = ["CMD"] }, "NONE alone, or CMD" },
        { new() { Test = ["CMD-SHELL", "a", "b"] }, "NONE alone, or CMD" },
        { new() { Test = ["NONE", "x"] }, "NONE alone, or CMD" },
        { new() { Test = ["CMD", "a\0b"] }, "zero character" },
        { new() { Test = ["CMD", "x"], Interval = TimeSpan.FromMilliseconds(1) }, "interval must be from 100 ms" },
        { new() { Test = ["CMD", "x"], Timeout = TimeSpan.Zero }, "timeout must be from 100 ms" },
        { new() { Test = ["CMD", "x"], StartPeriod = TimeSpan.FromDays(2) }, "start period must be from zero" },
        { new() { Test = ["CMD", "x"], Retries = 0 }, "retries must be from 1" },
        { new() { Test = ["NONE"], OnUnhealthy = UnhealthyAction.Stop }, "There is no health check" },
    };

    [Theory]
    [MemberData(nameof(Wrong))]
    public void Check_Odd_OneSentence(HealthSpec health, string sentence)
    {
        var error = Assert.Throws<EngineException>(() => SpecCheck.Check(new() { Image = "a", Command = ["true"], Health = health }, new()));

        Assert.Equal(EngineErrorKind.Invalid, error.Kind);
        Assert.Contains(sentence, error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Check_RestartedAndRemovedAtTheEnd_ChooseOne() =>
        Assert.Contains("choose one", Assert.Throws<EngineException>(() => SpecCheck.Check(
            new() { Image = "a", Command = ["true"], AutoRemove = true, Health = new() { Test = ["CMD", "x"], OnUnhealthy = UnhealthyAction.Restart } }, new())).Message, StringComparison.Ordinal);
}
