namespace Brig.Engine.History;

/// <summary>How finely a time is remembered. The number is the seconds of one row.</summary>
internal enum Tier
{
    Second = 1,
    TenSeconds = 10,
    Minute = 60,
    /// <summary>For charts of weeks: a month of it is a tenth of the rows, and of the chunks to unpack.</summary>
    TenMinutes = 600,
}

internal static class Tiers
{
    public static readonly Tier[] All = [Tier.Second, Tier.TenSeconds, Tier.Minute, Tier.TenMinutes];

    /// <summary>The last: its chunks become nothing else.</summary>
    public static Tier Coarsest => All[^1];

    /// <summary>Milliseconds of one row.</summary>
    public static long Width(this Tier tier) => (long)tier * 1000;

    /// <summary>How long it is kept.</summary>
    public static TimeSpan Kept(this Tier tier) => tier switch
    {
        Tier.Second => TimeSpan.FromHours(1),
        Tier.TenSeconds => TimeSpan.FromDays(1),
        _ => TimeSpan.FromDays(31),
    };

    /// <summary>The coarsest of which four rows or more make a point.</summary>
    /// <param name="step">Milliseconds.</param>
    public static Tier For(double step) => All.LastOrDefault(tier => step >= 4 * tier.Width(), Tier.Second);

    /// <summary>What its chunks become; not of the coarsest.</summary>
    public static Tier Next(this Tier tier) => All[Array.IndexOf(All, tier) + 1];
}
