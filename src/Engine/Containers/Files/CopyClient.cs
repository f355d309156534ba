namespace Brig.Engine.Containers.Files;

/// <summary>Who is copied for, as far as he can keep others waiting: what waits for him is counted, and can be broken off.</summary>
internal sealed class CopyClient(CancellationToken stop) : IAsyncDisposable
{
    private readonly CancellationTokenSource _stop = CancellationTokenSource.CreateLinkedTokenSource(stop);
    private readonly Lock _gate = new();
    private Task? _breaking;
    private bool _isOver;
    private int _steps;

    /// <summary>Of whoever asked, or he was broken off.</summary>
    public CancellationToken Stop => _stop.Token;

    public bool IsBrokenOff => Volatile.Read(ref _breaking) is not null;

    /// <summary>Grows with all that he takes or sends; odd: he is waited for now.</summary>
    public int Steps => Volatile.Read(ref _steps);

    /// <summary>Until it is disposed he is waited for.</summary>
    public Waiting ForHim()
    {
        Interlocked.Increment(ref _steps);
        return new(this);
    }

    public void BreakOff()
    {
        lock (_gate)
        {
            if (!_isOver)
            {
                _breaking ??= _stop.CancelAsync();
            }
        }
    }

    /// <summary>What he is told.</summary>
    public static EngineException Sentence(Container container) =>
        EngineException.Conflict($"The copy was broken off: container {container.Name} was removed meanwhile, or somebody else wanted its files while nothing was read or sent here.");

    public async ValueTask DisposeAsync()
    {
        lock (_gate)
        {
            _isOver = true;
        }
        await (_breaking ?? Task.CompletedTask);
        _stop.Dispose();
    }

    public readonly struct Waiting(CopyClient client) : IDisposable
    {
        public void Dispose() => Interlocked.Increment(ref client._steps);
    }
}

/// <summary>What he sends.</summary>
internal sealed class CopyClientStream(Stream from, CopyClient client) : Images.ReadOnlyStream
{
    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        using (client.ForHim())
        {
            return await from.ReadAsync(buffer, cancellationToken);
        }
    }

    public override int Read(Span<byte> buffer) => throw new NotSupportedException();
}
