using System.Globalization;
using Brig.Engine.Containers;
using Brig.Engine.Events;
using static Brig.Web.Resources.Text;

namespace Brig.Web.Components.Parts;

/// <summary>What happened, as a sentence's end behind the name: <c>web · ended with code 1</c>.</summary>
public static class EventWords
{
    private static readonly HashSet<string> s_known =
        ["create", "start", "die", "stop", "kill", "pause", "resume", "rename", "update", "oom", "restart", "remove", "adopt", "import", "prune", "start-failed", "log-error"];

    public static string Of(EngineEvent e) => e switch
    {
        { Kind: "exec", Action: "die" } => T("events.execEnded"),
        { Kind: "exec" } => T("events.execStarted"),
        { Action: "die" } when Number(e, "exitCode", "code") is { } code =>
            ExitWords.Of(new ExitStatus(code, Number(e, "signal") ?? 0, e.Attributes.TryGetValue("oomKilled", out var oom) && oom is "true" or "True")),
        _ => s_known.Contains(e.Action) ? T("events." + e.Action) : e.Action,
    };

    /// <summary>The id of the container it is about; null when it is about something else.</summary>
    public static string? ContainerOf(EngineEvent e) => e.Kind switch
    {
        "container" when e.Subject.Length > 0 => e.Subject,
        "exec" => e.Attributes.GetValueOrDefault("container"),
        _ => null,
    };

    /// <summary>The style class of a state, or empty.</summary>
    public static string Look(EngineEvent e) => e.Kind == "exec" ? "exited" : e.Action switch
    {
        "start" or "resume" or "adopt" => "running",
        "oom" => "oom",
        "pause" => "paused",
        "restart" => "restarting",
        "start-failed" or "log-error" => "failed",
        "die" when Number(e, "exitCode", "code") is > 0 => "failed",
        _ => "exited",
    };

    public static string Icon(EngineEvent e) => (e.Kind, e.Action) switch
    {
        ("image", "import") => "images",
        ("exec", _) => "terminal",
        (_, "create") => "add",
        (_, "start" or "adopt") => "start",
        (_, "stop") => "stop",
        (_, "die") => Look(e),
        (_, "kill") => "kill",
        (_, "pause") => "pause",
        (_, "resume") => "resume",
        (_, "rename") => "rename",
        (_, "oom") => "oom",
        (_, "restart") => "restart",
        (_, "remove" or "prune") => "remove",
        (_, "start-failed" or "log-error") => "failed",
        _ => "info",
    };

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
