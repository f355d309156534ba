namespace Brig.Engine.Alerts;

/// <summary>How it stands between a rule and one container; replaced whole. The one life-cycle table of alerts is <see cref="Step"/>.</summary>
/// <param name="Since">When the stage began, on a clock that nobody sets.</param>
/// <param name="Value">What was seen last.</param>
/// <param name="Worst">While it was so.</param>
internal readonly record struct AlertState(AlertStage Stage, TimeSpan Since, double Value, double Worst)
{
    /// <summary>Something that flickers is one incident.</summary>
    public static readonly TimeSpan Clear = TimeSpan.FromSeconds(10);

    public static AlertState Quiet(TimeSpan now) => new(AlertStage.Quiet, now, double.NaN, double.NaN);

    /// <param name="isSo">Null: nothing was seen, as if it were not so.</param>
    public AlertState Step(bool? isSo, double value, AlertSide side, TimeSpan @for, TimeSpan now) => (Stage, isSo ?? false) switch
    {
        (AlertStage.Quiet, false) => this with { Value = value },
        (AlertStage.Quiet, true) => new AlertState(@for <= TimeSpan.Zero ? AlertStage.Firing : AlertStage.Pending, now, value, value),
        (AlertStage.Pending, false) => new(AlertStage.Quiet, now, value, double.NaN),
        (AlertStage.Pending, true) when now - Since >= @for => new(AlertStage.Firing, now, value, Farther(value, side)),
        (AlertStage.Firing, false) => new(AlertStage.Clearing, now, value, Worst),
        (AlertStage.Clearing, true) => new(AlertStage.Firing, now, value, Farther(value, side)),
        (AlertStage.Clearing, false) when now - Since >= Clear => new(AlertStage.Quiet, now, value, double.NaN),
        (AlertStage.Clearing, false) => this with { Value = value },
        _ => this with { Value = value, Worst = Farther(value, side) },
    };

    public bool IsTold => Stage is AlertStage.Firing or AlertStage.Clearing;

    private double Farther(double value, AlertSide side) => double.IsNaN(Worst) || (side == AlertSide.Above ? value > Worst : value < Worst) ? value : Worst;
}
