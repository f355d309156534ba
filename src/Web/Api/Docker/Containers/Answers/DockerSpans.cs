using System.Globalization;

namespace Brig.Web.Api.Docker;

/// <summary>How long, in the words of <c>docker ps</c>.</summary>
internal static class DockerSpans
{
    /// <summary>As <c>About an hour</c>.</summary>
    public static string Text(TimeSpan span)
    {
        int seconds = (int)span.TotalSeconds, minutes = (int)span.TotalMinutes, hours = (int)(span.TotalHours + 0.5);
        return true switch
        {
            _ when seconds < 1 => "Less than a second",
            _ when seconds == 1 => "1 second",
            _ when seconds < 60 => Count(seconds, "seconds"),
            _ when minutes == 1 => "About a minute",
            _ when minutes < 60 => Count(minutes, "minutes"),
            _ when hours == 1 => "About an hour",
            _ when hours < 48 => Count(hours, "hours"),
            _ when hours < 24 * 7 * 2 => Count(hours / 24, "days"),
            _ when hours < 24 * 30 * 2 => Count(hours / 24 / 7, "weeks"),
            _ when hours < 24 * 365 * 2 => Count(hours / 24 / 30, "months"),
            _ => Count((int)(span.TotalHours / 24 / 365), "years"),
        };
    }

    private static string Count(int number, string unit) => string.Create(CultureInfo.InvariantCulture, $"{number} {unit}");
}
