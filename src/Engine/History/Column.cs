namespace Brig.Engine.History;

/// <summary>How a column of several containers is one.</summary>
internal enum Fold
{
    Sum,
    /// <summary>A part or a percentage: the largest.</summary>
    Most,
    /// <summary>The sum where each has one; where one has none, there is none.</summary>
    Limit,
}

/// <param name="Scale">Values are kept as whole numbers of <c>1 / Scale</c>.</param>
/// <param name="IsExact">A limit or a counter: kept to the last digit also in roll-ups.</param>
internal sealed record Column(string Name, double Scale, Fold Fold, bool IsExact = false)
{
    /// <summary>Nothing was measured, or there is no limit.</summary>
    public const long None = long.MinValue;

    /// <summary>Above it a double has no whole numbers any more.</summary>
    private const double Largest = 1L << 53;

    public long Kept(double value) => double.IsFinite(value) ? (long)Math.Round(Math.Clamp(value * Scale, -Largest, Largest)) : None;
    public double Shown(long kept) => kept == None ? double.NaN : kept / Scale;
}
