using System.Globalization;

namespace Brig.Web.Components.Parts;

/// <summary>Numbers as people read them: IEC bytes, cores, durations; always with a point and three digits that count.</summary>
public static class Format
{
    private static readonly string[] s_units = ["B", "KiB", "MiB", "GiB", "TiB", "PiB"];

    public static string Bytes(double bytes)
    {
        var unit = 0;
        for (; Math.Abs(bytes) >= (unit == 0 ? 1024 : 1023.5) && unit < s_units.Length - 1; unit++)
            bytes /= 1024;
        return string.Create(CultureInfo.InvariantCulture, $"{(unit == 0 || bytes >= 100 ? bytes.ToString("0", CultureInfo.InvariantCulture) : bytes >= 10 ? bytes.ToString("0.0", CultureInfo.InvariantCulture) : bytes.ToString("0.00", CultureInfo.InvariantCulture))} {s_units[unit]}");
    }

    public static string Cores(double cores) => cores.ToString("0.##", CultureInfo.InvariantCulture);

    /// <summary>The largest two units: <c>3 h 12 min</c>.</summary>
    public static string Duration(TimeSpan span) => span switch
    {
        { TotalSeconds: < 1 } => string.Create(CultureInfo.InvariantCulture, $"{span.TotalMilliseconds:0} ms"),
        { TotalMinutes: < 1 } => string.Create(CultureInfo.InvariantCulture, $"{span.TotalSeconds:0.#} s"),
        { TotalHours: < 1 } => $"{span.Minutes} min{Rest(span.Seconds, "s")}",
        { TotalDays: < 1 } => $"{span.Hours} h{Rest(span.Minutes, "min")}",
        _ => $"{(int)span.TotalDays} d{Rest(span.Hours, "h")}",
    };

    private static string Rest(int count, string unit) => count == 0 ? "" : $" {count} {unit}";

    public static string Microseconds(double us) => us switch
    {
        < 10 => string.Create(CultureInfo.InvariantCulture, $"{us:0.0} µs"),
        < 1000 => string.Create(CultureInfo.InvariantCulture, $"{us:0} µs"),
        _ => string.Create(CultureInfo.InvariantCulture, $"{us / 1000:0.00} ms"),
    };

    /// <summary>The first 12 hex digits, without <c>sha256:</c>.</summary>
    public static string ShortDigest(string digest)
    {
        var hex = digest[(digest.IndexOf(':', StringComparison.Ordinal) + 1)..];
        return hex[..Math.Min(12, hex.Length)];
    }
}
