using System.Collections.Immutable;

namespace Brig.Engine.History;

/// <summary>Something that happened, for the time axis.</summary>
/// <param name="At">Unix milliseconds; of several that are one: of the first.</param>
/// <param name="Kind">A word of <see cref="MarkKinds"/>.</param>
/// <param name="Source">The container's id, <c>stack:NAME</c>, or what an alert is about.</param>
/// <param name="Name">Of the container or stack at that moment.</param>
/// <param name="Attributes">Of the event: exitCode and signal, limits as JSON, status, revision … Of several: of the last.</param>
/// <param name="Count">How many of this kind and source are in this one.</param>
public sealed record HistoryMark(long At, string Kind, string Source, string Name, ImmutableDictionary<string, string> Attributes, int Count = 1);

public static class MarkKinds
{
    public const string Create = "create", Start = "start", Restart = "restart", Exit = "exit", Oom = "oom", Stop = "stop", Kill = "kill", Pause = "pause", Resume = "resume", Remove = "remove",
        Limits = "limits", Throttled = "throttled", Health = "health", Deploy = "deploy", Alert = "alert";
}
