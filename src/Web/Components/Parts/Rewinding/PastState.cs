using System.Globalization;
using Brig.Engine.Containers;
using Brig.Engine.Events;
using Brig.Engine.Health;

namespace Brig.Web.Components.Parts.Rewinding;

/// <summary>What a container was at a moment, told from what had happened to it until then.</summary>
public static class PastState
{
    /// <param name="events">Its own, oldest first, none later than the moment.</param>
    /// <returns>Null: it was not yet, or what had happened is not kept any more.</returns>
    public static ContainerState? Of(Container now, IEnumerable<EngineEvent> events, DateTimeOffset at)
    {
        if (at < now.CreatedAt)
            return null;
        var state = Of(events);
        bool any = events.Any(e => e.Action is not "rename" and not "update");
        // Nothing happened before the moment that is still known: it is what it is since a start before it, or nobody knows.
        return state ?? (!any && now.State.StartedAt <= at && now.State.Status is ContainerStatus.Running or ContainerStatus.Paused ? now.State : null);
    }

    /// <param name="events">Of one container, oldest first.</param>
    /// <returns>Null: they do not tell.</returns>
    public static ContainerState? Of(IEnumerable<EngineEvent> events)
    {
        ContainerState? state = null;
        bool oom = false;
        foreach (var e in events)
        {
            oom = e.Action == "oom" || (oom && e.Action != "start");
            state = After(state, e, oom);
        }
        return state;
    }

    private static ContainerState? After(ContainerState? before, EngineEvent e, bool oom) => e.Action switch
    {
        "create" => new(ContainerStatus.Created),
        "start" => new(ContainerStatus.Running, StartedAt: e.At),
        "restart" => new(ContainerStatus.Running, StartedAt: e.At, RestartCount: (before?.RestartCount ?? 0) + 1),
        "adopt" => before is { Status: ContainerStatus.Running or ContainerStatus.Paused } ? before : new(ContainerStatus.Running, StartedAt: e.At),
        "pause" => (before ?? new(ContainerStatus.Running)) with { Status = ContainerStatus.Paused },
        "resume" => (before ?? new(ContainerStatus.Running)) with { Status = ContainerStatus.Running },
        "start-failed" => (before ?? new(ContainerStatus.Created)) with { Status = before?.Exit is null ? ContainerStatus.Created : ContainerStatus.Exited, Error = e.Attributes.GetValueOrDefault("error") },
        "die" => new(ContainerStatus.Exited, StartedAt: before?.StartedAt, FinishedAt: e.At, Exit: new(Number(e, "exitCode"), Number(e, "signal"), oom), RestartCount: before?.RestartCount ?? 0),
        "health_status" when before is not null && Enum.TryParse<HealthStatus>(e.Attributes.GetValueOrDefault("status"), ignoreCase: true, out var status) => before with { Health = new(status, 0, e.At, e.At) },
        _ => before,
    };

    private static int Number(EngineEvent e, string key) => int.TryParse(e.Attributes.GetValueOrDefault(key), CultureInfo.InvariantCulture, out int number) ? number : 0;
}
