using System.Collections.Immutable;
using System.Text.Json.Serialization;

namespace Brig.Engine.Tasks;

public enum EngineTaskState
{
    Running,
    Succeeded,
    Failed,
    Cancelled,
    /// <summary>The engine ended while it ran. What it had made half is gone; start it again.</summary>
    Interrupted,
}

public enum TaskStepState { Waiting, Running, Done, Failed, Skipped }

/// <summary>A part of a task that is told by itself: a layer, a build's step.</summary>
/// <param name="Id">Unique in its task: a layer's short digest, a step's number.</param>
/// <param name="Name">What a person reads.</param>
/// <param name="Phase">One word for what happens now: waiting, downloading, unpacking, pushing, exists, cached, running …</param>
/// <param name="Done">Bytes, as a rule.</param>
/// <param name="Total">Null: not known.</param>
public sealed record TaskStep(string Id, string Name, TaskStepState State, string Phase = "", long Done = 0, long? Total = null);

/// <summary>Something long that the engine does, seen by all. Replaced whole; <see cref="Version"/> grows.</summary>
/// <param name="Kind">pull, push, load, save, build, import, commit, prune …</param>
/// <param name="Subject">What it is about: an image's reference.</param>
/// <param name="Steps">In the order they were told.</param>
/// <param name="Result">When it succeeded: what came of it, as an image's digest.</param>
/// <param name="Error">When it failed: one sentence.</param>
public sealed record EngineTask(
    string Id, string Kind, string Subject, EngineTaskState State, DateTimeOffset StartedAt, DateTimeOffset? EndedAt, ImmutableArray<TaskStep> Steps, string? Result,
    string? Error, long Version)
{
    public bool HasEnded => State != EngineTaskState.Running;

    /// <summary>When it failed: the registry where a login, or another one, would help.</summary>
    public string? LoginAt { get; init; }

    /// <summary>Of <see cref="Error"/>, for who waits for it; not kept.</summary>
    [JsonIgnore]
    public EngineErrorKind? ErrorKind { get; init; }
}

/// <param name="Now">Null: it was forgotten.</param>
public sealed record EngineTaskChange(string Id, EngineTask? Now);

/// <param name="Number">From 0, without gaps; a reader that comes back asks for the next.</param>
public sealed record TaskLine(long Number, DateTimeOffset At, string Text);
