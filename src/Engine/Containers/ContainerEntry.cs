using System.Collections.Concurrent;

namespace Brig.Engine.Containers;

/// <summary>What the engine holds of one container. All but <see cref="Now"/>, <see cref="Ended"/> and <see cref="Execs"/> is touched under <see cref="Lock"/> only.</summary>
internal sealed class ContainerEntry
{
    private volatile TaskCompletionSource<ExitStatus> _ended = NewEnd();
    private volatile Container _now;

    public ContainerEntry(Container container) => _now = container;

    /// <summary>Serialises the verbs on this container.</summary>
    public AsyncLock Lock { get; } = new();

    public ContainerId Id => _now.Id;

    /// <summary>As it is now; replaced whole, by <see cref="ContainerTable"/> only.</summary>
    public Container Now { get => _now; set => _now = value; }

    /// <summary>Somebody wants it to run: started, and not stopped by hand since.</summary>
    public bool Wanted { get; set; }

    /// <summary>Null while it does not run.</summary>
    public ContainerRun? Run { get; set; }

    /// <summary>Short runs in a row, for the back-off.</summary>
    public int Failures { get; set; }

    /// <summary>Cancels the wait before the next restart.</summary>
    public CancellationTokenSource? Restart { get; set; }

    /// <summary>Takes the last run's cgroup away; the next start waits for it.</summary>
    public Task CleanUp { get; set; } = Task.CompletedTask;

    /// <summary>How the last start went, until it is on disk and for as long as we are here.</summary>
    public Task<BirthRecord>? Birth { get; set; }

    /// <summary>Why its log cannot be written, as the shim told last.</summary>
    public string? LogTrouble { get; set; }

    public ConcurrentDictionary<string, ExecEntry> Execs { get; } = new();

    /// <summary>Its next end; when it is not running, the last.</summary>
    public Task<ExitStatus> Ended => _ended.Task;

    /// <summary>It will end anew: called before a start, and while a restart is waited for.</summary>
    public void ExpectEnd()
    {
        if (_ended.Task.IsCompleted)
        {
            _ended = NewEnd();
        }
    }

    public void End(ExitStatus exit) => _ended.TrySetResult(exit);

    private static TaskCompletionSource<ExitStatus> NewEnd() => new(TaskCreationOptions.RunContinuationsAsynchronously);
}
