using System.Collections.Immutable;
using Brig.Engine.Build.Dockerfiles;
using Brig.Engine.Images;
using Brig.Engine.Tasks;
using Brig.Linux.Trees;

namespace Brig.Engine.Build;

/// <summary>What all stages of one build share.</summary>
/// <param name="Stop">It was cancelled, or another stage failed.</param>
/// <param name="Epoch">SOURCE_DATE_EPOCH; null: none.</param>
internal sealed record BuildSite(BuildRequest Request, Dockerfile File, Scope Scope, BuildFolder Folder, TaskRun Task, Lease Lease, DateTimeOffset? Epoch, SemaphoreSlim Runs, CancellationToken Stop)
{
    /// <summary>As the Dockerfile is counted; set when it is known what is built.</summary>
    public StepNumbers Numbers { get; init; } = StepNumbers.None;

    /// <summary>Waits for a reader who is behind.</summary>
    public ValueTask TellAsync(Stage stage, BuildEvent told) => Request.Progress?.TellAsync(stage.Index, told, Stop) ?? ValueTask.CompletedTask;

    public TreeTarOptions Times => new() { Latest = Epoch is { } epoch ? Nanoseconds(epoch) : null };

    /// <summary>For what is made now, and not later than the epoch. In whole microseconds, as the cache keeps it.</summary>
    public DateTimeOffset Now(TimeProvider time) => Epoch ?? Instant.FromMicroseconds(time.GetUtcNow().ToMicroseconds());

    public static long Nanoseconds(DateTimeOffset time) => (time - DateTimeOffset.UnixEpoch).Ticks * TimeSpan.NanosecondsPerTick;
}

/// <summary>A stage that is built, for those that begin with it or copy from it.</summary>
internal sealed record BuiltStage(Draft Draft, Scope Scope);
