using System.Globalization;

namespace Brig.Engine;

/// <summary>Bytes and durations inside a sentence.</summary>
internal static class Amount
{
    private static readonly string[] Units = ["B", "KiB", "MiB", "GiB", "TiB"];

    /// <summary>As <c>64 MiB</c> or <c>61.5 MiB</c>.</summary>
    public static string Of(long bytes)
    {
        double value = bytes;
        int unit = 0;
        for (; value >= 1024 && unit < Units.Length - 1; unit++)
        {
            value /= 1024;
        }
        return $"{value.ToString(value >= 100 ? "0" : "0.#", CultureInfo.InvariantCulture)} {Units[unit]}";
    }

    public static string Of(TimeSpan span) => span switch
    {
        { TotalSeconds: < 1 } => string.Create(CultureInfo.InvariantCulture, $"{Math.Max(0, span.TotalMilliseconds):0} ms"),
        { TotalMinutes: < 1 } => string.Create(CultureInfo.InvariantCulture, $"{span.TotalSeconds:0.#} s"),
        { TotalHours: < 1 } => $"{span.Minutes} min",
        { TotalDays: < 1 } => $"{span.Hours} h {span.Minutes} min",
        _ => $"{(int)span.TotalDays} d {span.Hours} h",
    };

    /// <summary>Half as much again, as a number one would type: a first try, no promise.</summary>
    public static long More(long bytes)
    {
        long step = 1L << Math.Max(20, (int)Math.Log2(Math.Max(1, bytes)) - 2);
        return (bytes + bytes / 2 + step - 1) / step * step;
    }
}
