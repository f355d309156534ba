using System.Globalization;

namespace Brig.Engine.Build.Dockerfiles;

/// <summary>Lengths of time as Docker's tools write them: <c>1h2m3.5s</c>, <c>300ms</c>, <c>0</c>.</summary>
public static class GoDuration
{
    /// <summary>Null: it is none, or longer than a year.</summary>
    public static TimeSpan? Parse(string text)
    {
        if (text == "0")
        {
            return TimeSpan.Zero;
        }
        double seconds = 0;
        int i = 0;
        while (i < text.Length)
        {
            int start = i;
            while (i < text.Length && (char.IsAsciiDigit(text[i]) || text[i] == '.'))
            {
                i++;
            }
            int unit = i;
            while (i < text.Length && !char.IsAsciiDigit(text[i]) && text[i] != '.')
            {
                i++;
            }
            double? factor = text[unit..i] switch { "ns" => 1e-9, "us" or "µs" => 1e-6, "ms" => 1e-3, "s" => 1, "m" => 60, "h" => 3600, _ => null };
            if (factor is null || !double.TryParse(text[start..unit], NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out double number))
            {
                return null;
            }
            seconds += number * factor.Value;
        }
        return text.Length > 0 && seconds <= TimeSpan.FromDays(366).TotalSeconds ? TimeSpan.FromSeconds(seconds) : null;
    }
}
