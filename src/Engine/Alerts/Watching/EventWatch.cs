using Brig.Engine.Events;

namespace Brig.Engine.Alerts.Watching;

/// <summary>Which events count for which condition.</summary>
internal static class EventWatch
{
    /// <summary>Null: it counts for none.</summary>
    public static AlertEvent? Kind(EngineEvent happened) => happened.Kind is not ("container" or "pod") ? null : happened.Action switch
    {
        "oom" => AlertEvent.Oom,
        "restart" => AlertEvent.Restarted,      // by a policy: one by hand is a stop and a start
        "die" when happened.Attributes.ContainsKey("postMortem") && happened.Attributes.GetValueOrDefault("exitCode", "0") != "0" => AlertEvent.Failed,
        "start-failed" => AlertEvent.Failed,
        "health_status" when happened.Attributes.GetValueOrDefault("status") == "unhealthy" => AlertEvent.Unhealthy,
        _ => null,
    };

    /// <summary>What is said of it: the exit code, or what the health check printed.</summary>
    public static string Words(EngineEvent happened) => happened.Action switch
    {
        "die" => $"exit code {happened.Attributes.GetValueOrDefault("exitCode")}",
        "start-failed" => happened.Attributes.GetValueOrDefault("error", ""),
        "health_status" => happened.Attributes.GetValueOrDefault("probe", ""),
        _ => "",
    };
}
