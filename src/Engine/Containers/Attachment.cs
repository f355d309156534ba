using System.Collections.Immutable;
using System.Runtime.CompilerServices;
using System.Threading.Channels;

namespace Brig.Engine.Containers;

/// <summary>A connection of its own to a shim, for one reader.</summary>
internal sealed class Attachment : IAttachment, IOutputSink
{
    private const int LargestInput = 64 * 1024;

    // The shim skips for who is slow and says so, so a full channel makes the socket wait and no one else.
    private readonly Channel<OutputChunk> _chunks = Channel.CreateBounded<OutputChunk>(new BoundedChannelOptions(64) { SingleReader = true, SingleWriter = true });
    private ShimConnection? _shim;

    public async ValueTask TakeAsync(OutputChunk chunk)
    {
        try
        {
            await _chunks.Writer.WriteAsync(chunk with { Bytes = chunk.Bytes.ToArray() });
        }
        catch (ChannelClosedException)
        {
            // Disposed: what still comes is nobody's.
        }
    }

    public void End() => _chunks.Writer.TryComplete();

    /// <summary>Input and resizing go there; it is ours to end, unless it is the one that also waits for the end.</summary>
    public Attachment Over(ShimConnection shim, bool owned = true)
    {
        (_shim, _owned) = (shim, owned);
        return this;
    }

    private bool _owned;

    public async IAsyncEnumerable<OutputChunk> ReadAsync([EnumeratorCancellation] CancellationToken stop = default)
    {
        await foreach (var chunk in _chunks.Reader.ReadAllAsync(stop))
        {
            yield return chunk;
        }
    }

    public async ValueTask WriteAsync(ReadOnlyMemory<byte> input, CancellationToken stop = default)
    {
        for (; !input.IsEmpty; input = input[Math.Min(LargestInput, input.Length)..])
        {
            stop.ThrowIfCancellationRequested();
            await Shim.InputAsync(input[..Math.Min(LargestInput, input.Length)]);
        }
    }

    public async ValueTask CloseInputAsync(CancellationToken stop = default) => await Shim.CloseInputAsync(stop);

    public async ValueTask ResizeAsync(int rows, int columns, CancellationToken stop = default) => await Shim.ResizeAsync(rows, columns, stop);

    public async ValueTask DisposeAsync()
    {
        _chunks.Writer.TryComplete();
        while (_chunks.Reader.TryRead(out _))
        {
            // Whoever waits to write finds room, and then that it is closed.
        }
        if (_owned && _shim is { } shim)
        {
            await shim.DisposeAsync();
        }
    }

    private ShimConnection Shim => _shim ?? throw EngineException.Conflict("The program has ended.");
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
