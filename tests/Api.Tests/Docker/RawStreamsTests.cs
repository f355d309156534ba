using System.IO.Pipelines;
using System.Runtime.CompilerServices;
using System.Threading.Channels;
using Brig.Engine.Containers;
using Brig.Web.Api.Docker;

namespace Brig.Api.Tests.Docker;

public sealed class RawStreamsTests
{
    [Fact]
    public async Task Run_ClientLeavesWhileTheProgramWritesWithoutEnd_ReturnsAndClosesItsInput()
    {
        var (toClient, fromClient) = (new Pipe(), new Pipe());
        await using var program = new Endless();
        var running = RawStreams.RunAsync(new Duplex(fromClient.Reader, toClient.Writer), program, new(true, true, Framed: true, new(null, ClosesProgram: true)), default);
        await fromClient.Writer.WriteAsync("input"u8.ToArray());
        await toClient.Reader.ReadAsync();
        await toClient.Reader.CompleteAsync();
        Assert.False(await running.WaitAsync(TimeSpan.FromSeconds(60)));
        Assert.True(program.IsInputClosed);
    }

    private sealed record Duplex(PipeReader Input, PipeWriter Output) : IDuplexPipe;

    /// <summary>Writes for ever, and answers what it is asked in the same stream, behind all that was written before: as a shim does.</summary>
    private sealed class Endless : IAttachment
    {
        private readonly Channel<OutputChunk> _output = Channel.CreateBounded<OutputChunk>(4);   // the writer waits
        private readonly Channel<TaskCompletionSource> _asked = Channel.CreateBounded<TaskCompletionSource>(4);
        private readonly CancellationTokenSource _end = new();
        private readonly Task _writing;

        public Endless() => _writing = Task.Run(WriteAsync);

        public bool IsInputClosed { get; private set; }

        public async IAsyncEnumerable<OutputChunk> ReadAsync([EnumeratorCancellation] CancellationToken stop = default)
        {
            await foreach (var chunk in _output.Reader.ReadAllAsync(stop))
            {
                yield return chunk;
            }
        }

        public async ValueTask WriteAsync(ReadOnlyMemory<byte> input, CancellationToken stop = default) => await AskAsync();

        public async ValueTask CloseInputAsync(CancellationToken stop = default)
        {
            await AskAsync();
            IsInputClosed = true;
        }

        public ValueTask ResizeAsync(int rows, int columns, CancellationToken stop = default) => default;

        public async ValueTask DisposeAsync()
        {
            await _end.CancelAsync();
            await _writing.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            _end.Dispose();
        }

        private async Task AskAsync()
        {
            var answer = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            await _asked.Writer.WriteAsync(answer);
            await answer.Task;
        }

        private async Task WriteAsync()
        {
            while (true)
            {
                for (int i = 0; i < 8; i++)
                {
                    await _output.Writer.WriteAsync(new(OutputStream.Stdout, "y\n"u8.ToArray(), 0), _end.Token);
                }
                if (_asked.Reader.TryRead(out var answer))
                {
                    answer.SetResult();
                }
            }
        }
    }
}
