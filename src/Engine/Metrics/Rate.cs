namespace Brig.Engine.Metrics;

internal static class Rate
{
    /// <summary>Per second; NaN when there is no earlier value to compare with.</summary>
    /// <param name="seconds">Since the earlier value; NaN when there is none.</param>
    public static double Of(long now, long before, double seconds) => Math.Max(0, now - before) / seconds;
}
