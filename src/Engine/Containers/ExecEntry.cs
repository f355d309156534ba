namespace Brig.Engine.Containers;

/// <summary>What the engine holds of one exec; <see cref="Now"/> is replaced whole.</summary>
internal sealed class ExecEntry(Exec exec, ContainerEntry container, ReplayRing replay)
{
    private readonly TaskCompletionSource<ExitStatus> _ended = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private volatile Exec _now = exec;

    public Exec Now => _now;
    public ContainerEntry Container { get; } = container;
    public ReplayRing Replay { get; } = replay;

    /// <summary>Null when it had ended before this engine came.</summary>
    public ShimConnection? Shim { get; init; }

    public Attachments Attachments { get; init; } = new();

    public Task<ExitStatus> Ended => _ended.Task;

    public void End(ExitStatus exit)
    {
        _now = _now with { Exit = exit, Pid = 0 };
        _ended.TrySetResult(exit);
    }
}
