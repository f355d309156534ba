using Brig.Engine;
using Brig.Engine.Containers;
using Brig.Engine.Health;
using Brig.Tests;

namespace Brig.Kernel.Tests.Health;

public class WaitForTests(HealthScene scene) : IClassFixture<HealthScene>
{
    [Fact]
    public async Task WaitFor_Healthy_ReturnsWhenItIsAndNotBefore()
    {
        var container = await scene.RunAsync("test -e /tmp/ok", health => health with { StartPeriod = TimeSpan.FromHours(1) });
        var waiting = scene.Health.WaitForAsync(container.Name, WaitCondition.Healthy);
        await scene.Health.RunNowAsync(container.Name);
        Assert.False(waiting.IsCompleted);
        await scene.DoAsync(container, "touch /tmp/ok");
        await waiting.WaitAsync(Wait.Limit);

        Assert.Equal(HealthStatus.Healthy, scene.Engine.Containers.Get(container.Name).State.Health!.Status);
        await scene.Health.WaitForAsync(container.Name, WaitCondition.Started).WaitAsync(Wait.Limit);
    }

    [Fact]
    public async Task WaitFor_HealthyButItNeverIs_ConflictThatSaysSo()
    {
        var container = await scene.RunAsync("false");

        await RefusedAsync(container, WaitCondition.Healthy, "is unhealthy");
    }

    [Fact]
    public async Task WaitFor_HealthyButItEnds_ConflictWithItsCode()
    {
        var container = await scene.RunAsync("false", health => health with { StartPeriod = TimeSpan.FromHours(1) }, script: "exit 6");

        await RefusedAsync(container, WaitCondition.Healthy, "ended with code 6 before it was healthy");
    }

    [Fact]
    public async Task WaitFor_HealthyThoughItEndsOnceAndComesAgain_Waits()
    {
        var container = await scene.RunAsync("test -e /second", health => health with { StartPeriod = TimeSpan.FromHours(1) }, spec => spec with { Restart = new(RestartMode.OnFailure) }, "[ -e /again ] || { touch /again; exit 6; }; touch /second; sleep 1000");
        await scene.Health.WaitForAsync(container.Name, WaitCondition.Healthy).WaitAsync(Wait.Limit);

        Assert.Equal(1, scene.Engine.Containers.Get(container.Name).State.RestartCount);
    }

    [Fact]
    public async Task WaitFor_Completed_ZeroHoldsAndAnotherIsRefused()
    {
        var good = await scene.Engine.CreateAsync("exit 0");
        var waiting = scene.Health.WaitForAsync(good.Name, WaitCondition.CompletedSuccessfully);
        Assert.False(waiting.IsCompleted);   // not started yet
        await scene.Engine.Containers.StartAsync(good.Name);
        await waiting.WaitAsync(Wait.Limit);
        var bad = await scene.Engine.RunAsync("exit 8");

        await RefusedAsync(bad, WaitCondition.CompletedSuccessfully, "ended with code 8");
    }

    [Fact]
    public async Task WaitFor_CannotBeStarted_ConflictWithTheReason()
    {
        var container = await scene.Engine.CreateAsync("", spec => spec with { Command = ["/nonesuch"] });
        var waiting = scene.Health.WaitForAsync(container.Name, WaitCondition.Started);
        await Assert.ThrowsAsync<EngineException>(() => scene.Engine.Containers.StartAsync(container.Name));

        Assert.Contains("nonesuch", (await Assert.ThrowsAsync<EngineException>(() => waiting.WaitAsync(Wait.Limit))).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task WaitFor_RemovedMeanwhileOrNoCheck_Sentences()
    {
        var container = await scene.Engine.CreateAsync("true");
        var waiting = scene.Health.WaitForAsync(container.Name, WaitCondition.Started);
        Assert.Equal(EngineErrorKind.Invalid, (await Assert.ThrowsAsync<EngineException>(() => scene.Health.WaitForAsync(container.Name, WaitCondition.Healthy))).Kind);
        await scene.Engine.Containers.RemoveAsync(container.Name);

        Assert.Equal(EngineErrorKind.NotFound, (await Assert.ThrowsAsync<EngineException>(() => waiting.WaitAsync(Wait.Limit))).Kind);
    }

    private async Task RefusedAsync(Container container, WaitCondition condition, string sentence)
    {
        var error = await Assert.ThrowsAsync<EngineException>(() => scene.Health.WaitForAsync(container.Name, condition).WaitAsync(Wait.Limit));

        Assert.Equal(EngineErrorKind.Conflict, error.Kind);
        Assert.Contains(sentence, error.Message, StringComparison.Ordinal);
    }
}
