namespace Brig.Engine.History;

internal static class TimeRange
{
    /// <summary>9999-12-31 in milliseconds since 1970.</summary>
    public const long Last = 253_402_300_799_000;

    /// <exception cref="EngineException">Invalid: it ends before it begins, or at no time there is.</exception>
    public static void Check(long from, long to)
    {
        if (from is < 0 or > Last || to is < 0 or > Last)
        {
            throw EngineException.Invalid("\"from\" and \"to\" must be milliseconds since 1970.");
        }
        if (from >= to)
        {
            throw EngineException.Invalid("\"from\" must be before \"to\".");
        }
    }
}
