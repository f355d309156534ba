using System.Globalization;
using Brig.Engine.Containers;
using Brig.Engine.Events;
using static Brig.Web.Resources.Text;

namespace Brig.Web.Components.Parts;

/// <summary>What happened, as a sentence's end behind the name: <c>web · ended with code 1</c>.</summary>
public static class EventWords
{
    private static readonly HashSet<string> s_known =
        ["create", "start", "die", "stop", "kill", "pause", "resume", "rename", "update", "oom", "oom-kill", "restart", "remove", "adopt", "import", "prune", "copy-in", "copy-out", "attach", "connect", "disconnect", "start-failed", "log-error",
            "record", "record-end", "record-failed", "privilege-pending", "privilege-apply", "privilege-discard", "damaged",
            "history-stopped", "history-resumed", "history-damaged", "host-users", "pull", "push", "load", "build", "commit", "tag", "untag", "export", "snapshot", "remove-snapshot", "remove-file", "restore", "clone", "error"];

    /// <summary>What means something else than of a container.</summary>
    private static readonly HashSet<string> s_ofKind =
        ["stack.apply", "stack.update", "stack.rollback", "stack.fail", "stack.down", "stack.start", "stack.stop", "stack.restart", "alert.update"];

    /// <summary>What of a container was changed, where it was not its limits.</summary>
    private static readonly string[] s_changes = ["ports", "aliases", "restart"];

    public static string Of(EngineEvent e) => e switch
    {
        { Kind: "network", Action: "connect" or "disconnect" } when e.Attributes.GetValueOrDefault("container") is { } who => e.Action == "connect" ? T("events.connected", who) : T("events.disconnected", who),
        { Kind: "alert", Action: "fire" or "resolve" } => e.Action == "fire" ? T("events.alertFired", e.Attributes.GetValueOrDefault("rule"), e.Attributes.GetValueOrDefault("sentence")) : T("events.alertOver", e.Attributes.GetValueOrDefault("rule"), e.Attributes.GetValueOrDefault("sentence")),
        { Kind: "exec", Action: "die" } => T("events.execEnded"),
        { Kind: "exec" } => T("events.execStarted"),
        { Action: "die" } when Number(e, "exitCode", "code") is { } code =>
            ExitWords.Of(new ExitStatus(code, Number(e, "signal") ?? 0, e.Attributes.TryGetValue("oomKilled", out var oom) && oom is "true" or "True")),
        { Action: "health_status" } => (IsUnhealthy(e) ? T("events.unhealthy") : T("events.healthy")),
        { Action: "unhealthy-failed" } => T("events.unhealthyFailed"),
        _ when s_ofKind.Contains($"{e.Kind}.{e.Action}") => T($"events.{e.Kind}.{e.Action}"),
        { Action: "update" } when !e.Attributes.ContainsKey("limits") && s_changes.FirstOrDefault(e.Attributes.ContainsKey) is { } changed => T("events.update." + changed),
        _ => s_known.Contains(e.Action) ? T("events." + e.Action) : e.Action,
    };

    /// <summary>It happened to a privileged container, or is a privileged exec.</summary>
    public static bool IsPrivileged(EngineEvent e) => e.Attributes.GetValueOrDefault("privileged") == "true";

    /// <summary>The post-mortem that tells more; null: there is none.</summary>
    public static string? PostMortemOf(EngineEvent e) => e.Attributes.GetValueOrDefault("postMortem");

    /// <summary>The id of the container it is about; null when it is about something else.</summary>
    public static string? ContainerOf(EngineEvent e) => e.Kind switch
    {
        "container" when e.Subject.Length > 0 => e.Subject,
        "alert" when e.Action is "fire" or "resolve" && e.Subject != "machine" => e.Subject,
        "exec" => e.Attributes.GetValueOrDefault("container"),
        _ => null,
    };

    /// <summary>The style class of a state, or empty.</summary>
    public static string Look(EngineEvent e) => e.Kind == "exec" ? "exited" : e.Action switch
    {
        "start" or "resume" or "adopt" => "running",
        "oom" or "oom-kill" => "oom",
        "fire" => "failed",
        "resolve" => "running",
        "health_status" => IsUnhealthy(e) ? "unhealthy" : "running",
        "unhealthy-failed" => "failed",
        "pause" => "paused",
        "restart" => "restarting",
        "start-failed" or "log-error" or "damaged" => "failed",
        "die" when Number(e, "exitCode", "code") is > 0 => "failed",
        _ => "exited",
    };

    public static string Icon(EngineEvent e) => (e.Kind, e.Action) switch
    {
        ("image", "import") => "images",
        ("exec", _) => "terminal",
        ("alert", _) => "alerts",
        ("network", "connect" or "disconnect") => "plug",
        (_, "create") => "add",
        (_, "start" or "adopt") => "start",
        (_, "stop") => "stop",
        (_, "die") => Look(e),
        (_, "kill") => "kill",
        (_, "pause") => "pause",
        (_, "resume") => "resume",
        (_, "rename") => "rename",
        (_, "oom" or "oom-kill") => "oom",
        (_, "health_status") => IsUnhealthy(e) ? "unhealthy" : "healthy",
        (_, "unhealthy-failed") => "failed",
        (_, "restart") => "restart",
        (_, "remove" or "prune") => "remove",
        (_, "start-failed" or "log-error") => "failed",
        _ => "info",
    };

    private static bool IsUnhealthy(EngineEvent e) => e.Attributes.GetValueOrDefault("status") == "unhealthy";

    private static int? Number(EngineEvent e, params ReadOnlySpan<string> keys)
    {
        foreach (var key in keys)
        {
            if (e.Attributes.TryGetValue(key, out var text) && int.TryParse(text, CultureInfo.InvariantCulture, out var number))
                return number;
        }

        return null;
    }
}
