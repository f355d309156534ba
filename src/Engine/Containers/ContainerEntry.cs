using System.Collections.Concurrent;
using System.Collections.Immutable;
using Brig.Engine.Networks;

namespace Brig.Engine.Containers;

/// <summary>What the engine holds of one container. All but <see cref="Now"/>, <see cref="Ended"/>, <see cref="Attachments"/> and <see cref="Execs"/> is touched under <see cref="Lock"/> only.</summary>
internal sealed class ContainerEntry
{
    private readonly TaskCompletionSource<ExitStatus> _removed = NewEnd();
    private volatile TaskCompletionSource<ExitStatus> _ended = NewEnd();
    private TaskCompletionSource<ExitStatus> _next = NewEnd();
    private volatile Container _now;

    public ContainerEntry(Container container) => _now = container;

    /// <summary>Whose its files are while it does not run; taken before <see cref="Lock"/>.</summary>
    public Files.RootTurn Root { get; } = new();

    /// <summary>Serialises the verbs on this container.</summary>
    public AsyncLock Lock { get; } = new();

    public ContainerId Id => _now.Id;

    /// <summary>As it is now; replaced whole, by <see cref="ContainerTable"/> only.</summary>
    public Container Now { get => _now; set => _now = value; }

    /// <summary>Somebody wants it to run: started, and not stopped by hand since.</summary>
    public bool Wanted { get; set; }

    /// <summary>Null while it does not run.</summary>
    public ContainerRun? Run { get; set; }

    /// <summary>How often it was paused: a probe that saw one says nothing.</summary>
    public int Pauses { get; set; }

    /// <summary>Short runs in a row, for the back-off.</summary>
    public int Failures { get; set; }

    /// <summary>Who asked for this run to end; null: nobody.</summary>
    public AskedEnd? Asked { get; set; }

    /// <summary>Cancels the wait before the next restart.</summary>
    public CancellationTokenSource? Restart { get; set; }

    /// <summary>Takes the last run's cgroup away; the next start waits for it.</summary>
    public Task CleanUp { get; set; } = Task.CompletedTask;

    /// <summary>How the last start went, until it is on disk and for as long as we are here.</summary>
    public Task<BirthRecord>? Birth { get; set; }

    /// <summary>Why its log cannot be written, as the shim told last.</summary>
    public string? LogTrouble { get; set; }

    /// <summary>Ports of the machine it was given when any would do, kept for its next start.</summary>
    public ImmutableArray<PublishedPort> PickedPorts { get; set; } = [];

    public ConcurrentDictionary<string, ExecEntry> Execs { get; } = new();

    /// <summary>Its next end; when it is not running, the last.</summary>
    public Task<ExitStatus> Ended => _ended.Task;

    /// <summary>Its next end, also where it is not running now.</summary>
    public Task<ExitStatus> NextEnd => Volatile.Read(ref _next).Task;

    /// <summary>With its last end.</summary>
    public Task<ExitStatus> Removed => _removed.Task;

    public Attachments Attachments { get; } = new();

    /// <summary>Who wants its streams from the first byte of its next start on.</summary>
    public List<Attachment> Joining { get; } = [];

    /// <summary>It will end anew: called before a start, and while a restart is waited for.</summary>
    public void ExpectEnd()
    {
        if (_ended.Task.IsCompleted)
        {
            _ended = NewEnd();
        }
    }

    public void End(ExitStatus exit)
    {
        _ended.TrySetResult(exit);
        Interlocked.Exchange(ref _next, NewEnd()).TrySetResult(exit);
    }

    /// <summary>It is gone, and so is what waited for its next start.</summary>
    public void Remove(ExitStatus exit)
    {
        End(exit);
        _removed.TrySetResult(exit);
        Joining.ForEach(attachment => attachment.End());
        Joining.Clear();
    }

    private static TaskCompletionSource<ExitStatus> NewEnd() => new(TaskCreationOptions.RunContinuationsAsynchronously);
}
