using Brig.Engine.Alerts;

namespace Brig.Engine.Tests.Alerts;

public sealed class AlertStateTests
{
    private static readonly TimeSpan For = TimeSpan.FromSeconds(30);

    [Fact]
    public void Step_SoForLongEnough_PendingThenFiringThenClearingThenQuiet()
    {
        var state = AlertState.Quiet(At(0));
        state = Step(state, true, 5, 1);
        Assert.Equal(AlertStage.Pending, state.Stage);
        state = Step(state, true, 9, 30);
        Assert.Equal(AlertStage.Pending, state.Stage);
        state = Step(state, true, 7, 31);
        Assert.Equal((AlertStage.Firing, 9.0), (state.Stage, state.Worst));
        state = Step(state, false, 1, 40);
        Assert.Equal(AlertStage.Clearing, state.Stage);
        Assert.True(state.IsTold);
        state = Step(state, null, double.NaN, 49);
        Assert.Equal(AlertStage.Clearing, state.Stage);
        state = Step(state, false, 1, 50);
        Assert.Equal(AlertStage.Quiet, state.Stage);
    }

    [Fact]
    public void Step_BreakWhilePending_BeginsAnew()
    {
        var state = Step(AlertState.Quiet(At(0)), true, 5, 1);
        state = Step(state, false, 0, 20);
        Assert.Equal(AlertStage.Quiet, state.Stage);
        state = Step(state, true, 5, 21);
        Assert.Equal(AlertStage.Pending, Step(state, true, 5, 50).Stage);
        Assert.Equal(AlertStage.Firing, Step(state, true, 5, 51).Stage);
    }

    [Fact]
    public void Step_FlickersWhileFiring_OneIncident()
    {
        var state = Step(AlertState.Quiet(At(0)), true, 5, 1, @for: TimeSpan.Zero);
        Assert.Equal(AlertStage.Firing, state.Stage);
        for (int second = 2; second < 60; second++)
        {
            state = Step(state, second % 5 == 0, 5, second, @for: TimeSpan.Zero);
            Assert.True(state.IsTold);
        }
    }

    [Fact]
    public void Step_BelowIsWrong_TheWorstIsTheLowest()
    {
        var state = AlertState.Quiet(At(0)).Step(true, 5, AlertSide.Below, TimeSpan.Zero, At(1)).Step(true, 2, AlertSide.Below, TimeSpan.Zero, At(2)).Step(true, 4, AlertSide.Below, TimeSpan.Zero, At(3));
        Assert.Equal(2, state.Worst);
    }

    private static AlertState Step(AlertState state, bool? isSo, double value, int second, TimeSpan? @for = null) => state.Step(isSo, value, AlertSide.Above, @for ?? For, At(second));

    private static TimeSpan At(int second) => TimeSpan.FromSeconds(second);
}
