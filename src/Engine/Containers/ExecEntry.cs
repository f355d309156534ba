namespace Brig.Engine.Containers;

/// <summary>What the engine holds of one exec; <see cref="Now"/> is replaced whole.</summary>
internal sealed class ExecEntry(Exec exec)
{
    private readonly TaskCompletionSource<ExitStatus> _ended = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public Exec Now { get; private set; } = exec;

    /// <summary>Null when it had ended before this engine came.</summary>
    public ShimConnection? Shim { get; init; }

    public Task<ExitStatus> Ended => _ended.Task;

    public void End(ExitStatus exit)
    {
        Now = Now with { Exit = exit, Pid = 0 };
        _ended.TrySetResult(exit);
    }
}
