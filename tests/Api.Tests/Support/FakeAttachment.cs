using System.Runtime.CompilerServices;
using System.Text;
using System.Threading.Channels;
using Brig.Engine.Containers;

namespace Brig.Api.Tests.Support;

/// <summary>A program that answers each input with <c>got …</c> on standard error, and ends when its input is closed.</summary>
internal sealed class FakeAttachment : IAttachment
{
    private readonly Channel<OutputChunk> _output = Channel.CreateBounded<OutputChunk>(64); // the test reads it all
    private int _held;

    public (int Rows, int Columns) Size { get; private set; }
    public bool Disposed { get; private set; }

    /// <summary>How often it was given away and not disposed of.</summary>
    public int Held => Volatile.Read(ref _held);

    public FakeAttachment Given()
    {
        Interlocked.Increment(ref _held);
        return this;
    }

    public async IAsyncEnumerable<OutputChunk> ReadAsync([EnumeratorCancellation] CancellationToken stop = default)
    {
        yield return new OutputChunk(OutputStream.Stdout, "hello\n"u8.ToArray(), 5);
        await foreach (var chunk in _output.Reader.ReadAllAsync(stop))
        {
            yield return chunk;
        }
    }

    public async ValueTask WriteAsync(ReadOnlyMemory<byte> input, CancellationToken stop = default) =>
        await _output.Writer.WriteAsync(new OutputChunk(OutputStream.Stderr, Encoding.UTF8.GetBytes("got " + Encoding.UTF8.GetString(input.Span)), 0), stop);

    public ValueTask CloseInputAsync(CancellationToken stop = default)
    {
        _output.Writer.TryComplete();
        return ValueTask.CompletedTask;
    }

    public ValueTask ResizeAsync(int rows, int columns, CancellationToken stop = default)
    {
        Size = (rows, columns);
        return ValueTask.CompletedTask;
    }

    public ValueTask DisposeAsync()
    {
        Disposed = true;
        Interlocked.Decrement(ref _held);
        return ValueTask.CompletedTask;
    }
}
