using System.Globalization;

namespace Brig.Web.Api;

/// <summary>An instant in a query: RFC 3339, seconds or milliseconds since 1970, or how long ago (<c>90s</c>, <c>10m</c>, <c>2h</c>, <c>1d</c>).</summary>
internal readonly record struct TimeParameter(DateTimeOffset? At, TimeSpan? Ago)
{
    public const string Forms = "a time such as 2026-11-21T20:15:00Z, 1795292100 (or 1795292100000: milliseconds) or 10m (ago)";

    /// <summary>9999-12-31 in seconds since 1970.</summary>
    private const double LastSecond = 253_402_300_799;

    public DateTimeOffset Resolve(TimeProvider time) => At ?? time.GetUtcNow() - Ago.GetValueOrDefault();

    public static bool TryParse(string? text, out TimeParameter value)
    {
        value = default;
        if (string.IsNullOrEmpty(text))
        {
            return false;
        }
        if (double.TryParse(text, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out double seconds))
        {
            if (seconds > LastSecond)
                seconds /= 1000;    // milliseconds, as the history and the pages' addresses have them; in seconds no date is so late
            value = new(seconds <= LastSecond ? DateTimeOffset.UnixEpoch.AddSeconds(seconds) : null, null);
            return value.At is not null;
        }
        if (UnitSeconds(text[^1]) is { } unit && double.TryParse(text.AsSpan(0, text.Length - 1), NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out double count))
        {
            value = new(null, count * unit <= LastSecond / 10 ? TimeSpan.FromSeconds(count * unit) : null);
            return value.Ago is not null;
        }
        if (DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var at))
        {
            value = new(at.ToUniversalTime(), null);
            return true;
        }
        return false;
    }

    private static int? UnitSeconds(char unit) => unit switch { 's' => 1, 'm' => 60, 'h' => 3600, 'd' => 86400, _ => null };
}
