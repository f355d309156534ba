using System.Globalization;
using System.Text.Json.Nodes;
using Brig.Engine.Health;

namespace Brig.Web.Components.Parts;

public static partial class Equivalent
{
    /// <summary>Docker knows a shell's line only, and no act on what is unhealthy.</summary>
    private static void AddHealth(List<string> words, HealthSpec? health)
    {
        if (health is null)
            return;
        Flag(words, "--no-healthcheck", health.Test is ["NONE"]);
        Add(words, "--health-cmd", health.Test switch { ["CMD-SHELL", var line] => line, ["CMD", .. var command] => CommandLine.Join(command), _ => null });
        Add(words, "--health-interval", Seconds(health.Interval));
        Add(words, "--health-timeout", Seconds(health.Timeout));
        Add(words, "--health-start-period", Seconds(health.StartPeriod));
        Add(words, "--health-start-interval", Seconds(health.StartInterval));
        Add(words, "--health-retries", health.Retries?.ToString(CultureInfo.InvariantCulture));
    }

    private static string? Seconds(TimeSpan? time) => time is { } span ? string.Create(CultureInfo.InvariantCulture, $"{span.TotalSeconds}s") : null;

    private static JsonObject Health(HealthSpec health)
    {
        var json = new JsonObject();
        Put(json, "test", health.Test);
        foreach (var (name, time) in (ReadOnlySpan<(string, TimeSpan?)>)[
            ("interval", health.Interval), ("timeout", health.Timeout), ("startPeriod", health.StartPeriod), ("startInterval", health.StartInterval)])
        {
            if (time is { } span)
                json[name] = span.TotalSeconds;
        }
        if (health.Retries is { } retries) json["retries"] = retries;
        if (health.OnUnhealthy != UnhealthyAction.None) json["onUnhealthy"] = Word(health.OnUnhealthy);
        return json;
    }
}
