using Brig.Engine.Events;

namespace Brig.Engine.History;

/// <summary>Which events are marks on the time axis.</summary>
internal static class MarkMaker
{
    public const string StackPrefix = "stack:";

    public static HistoryMark? Of(EngineEvent e) => e.Kind switch
    {
        "container" or "pod" => OfContainer(e),
        "stack" when e.Action is "apply" or "update" or "rollback" or "fail" => new(Millisecond(e), MarkKinds.Deploy, StackPrefix + e.Name, e.Name, e.Attributes.SetItem("action", e.Action)),
        "alert" when e.Action is "fire" or "resolve" => new(Millisecond(e), MarkKinds.Alert, e.Attributes.GetValueOrDefault("source", e.Subject), e.Name, e.Attributes.SetItem("action", e.Action)),
        _ => null,
    };

    private static HistoryMark? OfContainer(EngineEvent e)
    {
        string? kind = e.Action switch
        {
            "create" => MarkKinds.Create,
            "start" => MarkKinds.Start,
            "restart" => MarkKinds.Restart,
            "die" or "start-failed" => MarkKinds.Exit,
            "oom" => MarkKinds.Oom,
            "stop" => MarkKinds.Stop,
            "kill" => MarkKinds.Kill,
            "pause" => MarkKinds.Pause,
            "resume" => MarkKinds.Resume,
            "remove" => MarkKinds.Remove,
            "update" when e.Attributes.ContainsKey("limits") => MarkKinds.Limits,
            "health_status" => MarkKinds.Health,
            _ => null,
        };
        return kind is null ? null : new(Millisecond(e), kind, e.Subject, e.Name, e.Attributes);
    }

    private static long Millisecond(EngineEvent e) => e.At.ToUnixTimeMilliseconds();
}
