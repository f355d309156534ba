using System.Collections.Immutable;
using System.Runtime.CompilerServices;
using System.Threading.Channels;

namespace Brig.Engine.Containers;

/// <summary>A connection of its own to a shim, for one reader.</summary>
internal sealed class Attachment : IAttachment, IOutputSink
{
    private const int LargestInput = 64 * 1024;

    /// <summary>Bytes that may wait for the reader while the program runs, what a chunk costs by itself, and bytes that may wait when it has ended: all that its shim still has (4 MiB), in pieces however small.</summary>
    private const int Most = 1024 * 1024, Overhead = 96, MostAtEnd = 32 * 1024 * 1024;

    // What may be in it is counted in bytes, so it is never full. While too much is, the socket waits: the shim waits for who is slow, or skips for him and says so, and no one else is kept.
    private readonly Channel<OutputChunk> _chunks = Channel.CreateBounded<OutputChunk>(new BoundedChannelOptions(MostAtEnd / Overhead * 2) { SingleReader = true, SingleWriter = true });
    private readonly TaskCompletionSource<ShimConnection> _shim = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly Lock _gate = new();
    private TaskCompletionSource? _room;
    private int _waiting, _most = Most;

    public async ValueTask TakeAsync(OutputChunk chunk)
    {
        if (_chunks.Writer.TryWrite(chunk with { Bytes = chunk.Bytes.ToArray() }))   // else disposed: what still comes is nobody's
        {
            await Count(chunk.Bytes.Length + Overhead);
        }
    }

    /// <summary>The program has ended, so what is left is little: it is taken at once, that its shim need not wait for our reader, who may take his time.</summary>
    public void Ending() => Allow(MostAtEnd);

    public void End()
    {
        _chunks.Writer.TryComplete();
        Allow(int.MaxValue);
        if (_shim.TrySetException(EngineException.Conflict("The program has ended.")))
        {
            _ = _shim.Task.Exception;   // nobody may be waiting for it
        }
    }

    /// <summary>Nobody reads it any more, or nothing will come.</summary>
    public bool IsOver => _chunks.Reader.Completion.IsCompleted;

    /// <summary>Input and resizing go there, and wait until it is there; it is ours to end.</summary>
    public Attachment Over(ShimConnection shim)
    {
        if (!_shim.TrySetResult(shim))
        {
            _ = shim.DisposeAsync().AsTask();   // whoever waited for it went away
        }
        return this;
    }

    public async IAsyncEnumerable<OutputChunk> ReadAsync([EnumeratorCancellation] CancellationToken stop = default)
    {
        await foreach (var chunk in _chunks.Reader.ReadAllAsync(stop))
        {
            _ = Count(-chunk.Bytes.Length - Overhead);
            yield return chunk;
        }
    }

    public async ValueTask WriteAsync(ReadOnlyMemory<byte> input, CancellationToken stop = default)
    {
        for (; !input.IsEmpty; input = input[Math.Min(LargestInput, input.Length)..])
        {
            stop.ThrowIfCancellationRequested();
            await (await _shim.Task.WaitAsync(stop)).InputAsync(input[..Math.Min(LargestInput, input.Length)]);
        }
    }

    public async ValueTask CloseInputAsync(CancellationToken stop = default) => await (await _shim.Task.WaitAsync(stop)).CloseInputAsync(stop);

    public async ValueTask ResizeAsync(int rows, int columns, CancellationToken stop = default) => await (await _shim.Task.WaitAsync(stop)).ResizeAsync(rows, columns, stop);

    public async ValueTask DisposeAsync()
    {
        End();
        while (_chunks.Reader.TryRead(out _))
        {
            // It is over only when it is empty too.
        }
        if (_shim.Task.IsCompletedSuccessfully)
        {
            await (await _shim.Task).DisposeAsync();
        }
    }

    /// <summary>Done when there is room for more.</summary>
    private Task Count(int bytes)
    {
        lock (_gate)
        {
            _waiting += bytes;
            return Room();
        }
    }

    private void Allow(int most)
    {
        lock (_gate)
        {
            _most = Math.Max(_most, most);
            Room();
        }
    }

    private Task Room()
    {
        if (_waiting >= _most)
        {
            return (_room ??= new(TaskCreationOptions.RunContinuationsAsynchronously)).Task;
        }
        _room?.TrySetResult();
        _room = null;
        return Task.CompletedTask;
    }
}

/// <summary>What an exec that has ended wrote last.</summary>
internal sealed class EndedAttachment(ImmutableArray<OutputChunk> chunks) : IAttachment
{
    public async IAsyncEnumerable<OutputChunk> ReadAsync([EnumeratorCancellation] CancellationToken stop = default)
    {
        foreach (var chunk in chunks)
        {
            yield return chunk;
        }
        await Task.CompletedTask;
    }

    public ValueTask WriteAsync(ReadOnlyMemory<byte> input, CancellationToken stop = default) => throw Ended();
    public ValueTask CloseInputAsync(CancellationToken stop = default) => default;
    public ValueTask ResizeAsync(int rows, int columns, CancellationToken stop = default) => default;
    public ValueTask DisposeAsync() => default;

    private static EngineException Ended() => EngineException.Conflict("The program has ended.");
}
