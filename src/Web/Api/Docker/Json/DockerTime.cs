using System.Globalization;
using Brig.Engine;
using Brig.Engine.Build.Dockerfiles;

namespace Brig.Web.Api.Docker;

/// <summary>Moments as Docker's clients write them and read them.</summary>
internal static class DockerTime
{
    /// <summary>What Go writes for no moment at all.</summary>
    public const string Never = "0001-01-01T00:00:00Z";

    private static readonly string[] Forms = ["yyyy-MM-dd'T'HH:mm:ss.FFFFFFFK", "yyyy-MM-dd'T'HH:mm:ssK", "yyyy-MM-dd'T'HH:mmK", "yyyy-MM-dd'T'HHK", "yyyy-MM-ddK", "yyyy-MM-dd"];

    /// <summary>RFC 3339, as Go writes it: without zeros at the end of the fraction.</summary>
    public static string Text(DateTimeOffset at) => at.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.FFFFFFF'Z'", CultureInfo.InvariantCulture);

    public static string Text(DateTimeOffset? at) => at is { } moment ? Text(moment) : Never;

    public static long Nanoseconds(DateTimeOffset at) => (at.UtcTicks - DateTimeOffset.UnixEpoch.UtcTicks) * 100;

    /// <summary>Seconds since 1970 with or without a fraction, RFC 3339 or a part of it, or how long before now in Go's words (<c>10m</c>).</summary>
    /// <exception cref="EngineException">Invalid.</exception>
    public static DateTimeOffset Parse(string text, DateTimeOffset now)
    {
        if (TrySeconds(text) is { } at)
        {
            return at;
        }
        if (GoDuration.Parse(text) is { } ago && ago <= now - DateTimeOffset.MinValue)
        {
            return now - ago;
        }
        return DateTimeOffset.TryParseExact(text, Forms, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var moment)
            ? moment
            : throw EngineException.Invalid($"\"{(text.Length > 64 ? text[..64] : text)}\" is no time; write seconds since 1970, as 2026-11-21T20:00:00Z, or how long ago as 10m.");
    }

    private static DateTimeOffset? TrySeconds(string text)
    {
        string[] parts = text.Split('.');
        if (parts.Length > 2 || !long.TryParse(parts[0], NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out long seconds) || seconds is < -62_135_596_800 or > 253_402_300_799)
        {
            return null;
        }
        long ticks = 0;
        return parts.Length == 1 || (parts[1].Length > 0 && long.TryParse(parts[1].PadRight(7, '0')[..7], NumberStyles.None, CultureInfo.InvariantCulture, out ticks))
            ? DateTimeOffset.FromUnixTimeSeconds(seconds).AddTicks(ticks) : null;
    }
}
