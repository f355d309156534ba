using Brig.Engine.Images;
using Brig.Tests;

namespace Brig.Engine.Tests.Images;

public class PumpedStreamTests
{
    [Fact]
    public async Task Dispose_WhoeverSendsStoppedInTheMiddle_Returns()
    {
        var silent = new Silent();
        var pumped = new PumpedStream(silent, CancellationToken.None);
        await silent.Asked.WaitAsync(Wait.Limit);
        await pumped.DisposeAsync().AsTask().WaitAsync(Wait.Limit);
    }

    private sealed class Silent : ReadOnlyStream
    {
        private readonly TaskCompletionSource _read = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public Task Asked => _read.Task;

        public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
        {
            _read.TrySetResult();
            await Task.Delay(Timeout.Infinite, cancellationToken);
            return 0;
        }

        public override int Read(Span<byte> buffer) => throw new NotSupportedException();
    }
}
