namespace Brig.Engine.Tasks;

/// <summary>What the board holds of one task; touched under the board's lock, but for <see cref="Ended"/> and <see cref="Cancel"/>.</summary>
internal sealed class TaskEntry(EngineTask task, TaskOutput output)
{
    public EngineTask Now { get; set; } = task;

    /// <summary>As the followers have it.</summary>
    public EngineTask? Published { get; set; }

    public TaskOutput Output { get; } = output;

    public CancellationTokenSource? Cancel { get; init; }

    public TaskCompletionSource<EngineTask> Ended { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public bool Cancelled { get; set; }
}
