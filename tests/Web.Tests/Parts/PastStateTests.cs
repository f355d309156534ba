using System.Collections.Immutable;
using Brig.Engine.Containers;
using Brig.Engine.Events;
using Brig.Engine.Health;
using Brig.Web.Components.Parts.Rewinding;
using Brig.Web.Tests.Fakes;

namespace Brig.Web.Tests.Parts;

public sealed class PastStateTests
{
    private static readonly DateTimeOffset s_at = FakeContainers.At;
    private readonly FakeContainers _engine = new();

    private ContainerState? Of(params (string Action, (string, string)[] Attributes)[] happened)
    {
        var container = _engine.Add("a");
        return PastState.Of(container with { CreatedAt = s_at, State = new(ContainerStatus.Running, StartedAt: s_at.AddHours(2)) },
            happened.Select((one, i) => new EngineEvent(i, s_at.AddMinutes(i), "container", one.Action, container.Id.Value, "a", one.Attributes.ToImmutableDictionary(a => a.Item1, a => a.Item2))), s_at.AddHours(1));
    }

    [Fact]
    public void Of_StartedAndPaused_IsPausedSinceThatStart()
    {
        var state = Of(("create", []), ("start", []), ("update", []), ("pause", []))!;
        Assert.Equal((ContainerStatus.Paused, s_at.AddMinutes(1)), (state.Status, state.StartedAt));
    }

    [Fact]
    public void Of_OutOfMemory_SaysSoUntilTheNextStart()
    {
        Assert.Equal(new ExitStatus(137, 9, true), Of(("start", []), ("oom", []), ("die", [("exitCode", "137"), ("signal", "9")]))!.Exit);
        Assert.False(Of(("oom", []), ("start", []), ("die", [("exitCode", "0")]))!.Exit!.OomKilled);
    }

    [Fact]
    public void Of_RestartedTwice_CountsFromTheStartByHand() => Assert.Equal(2, Of(("start", []), ("die", []), ("restart", []), ("die", []), ("restart", []))!.RestartCount);

    [Fact]
    public void Of_FoundUnhealthy_IsUnhealthyAndAtTheEndOfTheRunNothing()
    {
        Assert.Equal(HealthStatus.Unhealthy, Of(("start", []), ("health_status", [("status", "unhealthy")]))!.Health!.Status);
        Assert.Null(Of(("start", []), ("health_status", [("status", "unhealthy")]), ("die", []))!.Health);
    }

    [Fact]
    public void Of_NothingKeptOfThatTime_IsNotKnown() => Assert.Null(Of());

    [Fact]
    public void Of_BeforeItWasMade_IsNotKnown() => Assert.Null(PastState.Of(_engine.Add("a") with { CreatedAt = s_at.AddDays(1) }, [], s_at));

    [Fact]
    public void Of_StartedBeforeAllThatIsKept_IsWhatItIs()
    {
        var container = _engine.Add("a") with { CreatedAt = s_at, State = new(ContainerStatus.Running, StartedAt: s_at) };
        Assert.Equal(container.State, PastState.Of(container, [], s_at.AddHours(1)));
    }
}
