namespace Brig.Kernel.Tests.Images;

/// <summary>A clock by which every wait is over sixty times as soon: half a second for half a minute of silence.</summary>
internal sealed class HurriedTime : TimeProvider
{
    private const int Times = 60;

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period) => base.CreateTimer(callback, state, Sooner(dueTime), Sooner(period));

    private static TimeSpan Sooner(TimeSpan time) => time > TimeSpan.Zero ? time / Times : time;
}
