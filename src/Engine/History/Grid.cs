namespace Brig.Engine.History;

/// <summary>The points of an answer: <c>Count</c> of them, a <c>Step</c> (milliseconds) each, from <c>From</c> (unix milliseconds).</summary>
internal readonly record struct Grid(long From, long Step, int Count)
{
    public long To => From + (Step * Count);

    /// <summary>Over the range, at most so many points, each of whole rows of the tier, beginning at a multiple of the step.</summary>
    public static (Grid Grid, Tier Tier) For(long from, long to, int points)
    {
        if (points == 1)
        {
            return (new(from, to - from, 1), Tiers.For(to - from));
        }
        double wanted = (to - from) / (double)(points - 1);
        var tier = Tiers.For(wanted);
        long step = Math.Max(1, (long)Math.Ceiling(wanted / tier.Width())) * tier.Width();
        return (Over(from, to, step), tier);
    }

    public static Grid Over(long from, long to, long step)
    {
        long first = from - (from % step);
        return new(first, step, (int)((to - first + step - 1) / step));
    }
}
