using System.Globalization;

namespace Brig.Web.Components.Parts;

/// <summary>Amounts of bytes as people type them: <c>512</c> with a unit beside it, <c>1.5 GiB</c>, <c>64m</c>.</summary>
public static class Quantity
{
    private static readonly (string Suffix, double Size)[] s_units =
        [("KIB", 1024), ("MIB", 1 << 20), ("GIB", 1 << 30), ("TIB", 1L << 40), ("KB", 1024), ("MB", 1 << 20), ("GB", 1 << 30), ("K", 1024), ("M", 1 << 20), ("G", 1 << 30), ("T", 1L << 40), ("B", 1)];

    /// <param name="unit">Of a number without one: bytes it stands for.</param>
    /// <returns>Null when it is not an amount.</returns>
    public static long? ToBytes(string text, long unit)
    {
        var typed = text.Trim().ToUpperInvariant();
        double size = unit;
        foreach (var (suffix, bytes) in s_units)
        {
            if (!typed.EndsWith(suffix, StringComparison.Ordinal))
                continue;
            (typed, size) = (typed[..^suffix.Length].TrimEnd(), bytes);
            break;
        }

        return double.TryParse(typed, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var number) && number * size < long.MaxValue ? (long)(number * size) : null;
    }

    /// <summary>As one would type it, exactly: <c>256 MiB</c>.</summary>
    public static string Typed(long bytes)
    {
        foreach (var (unit, name) in ((long, string)[])[(1L << 30, "GiB"), (1 << 20, "MiB"), (1024, "KiB")])
        {
            if (bytes >= unit && bytes * 4 % unit == 0)
                return (bytes / (double)unit).ToString("0.##", CultureInfo.InvariantCulture) + " " + name;
        }

        return bytes.ToString(CultureInfo.InvariantCulture) + " B";
    }
}
