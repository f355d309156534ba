using Brig.Engine;
using Brig.Engine.Containers;
using Brig.Engine.Containers.Files;
using Brig.Kernel.Tests.Images;
using Brig.Tests;
using Microsoft.Extensions.DependencyInjection;

namespace Brig.Kernel.Tests.Engine;

/// <summary>Clients that begin to copy and then do nothing, with a container that does not run.</summary>
public sealed class IdleCopyTests
{
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Copy_ClientStalls_StopAndRemoveDoNotWaitForIt(bool reads)
    {
        await using var engine = await EngineScene.StartAsync();
        var container = await engine.RunAsync("head -c 8000000 /dev/zero > /big");   // more than is on its way: else it is all packed, and nobody is waited for
        await engine.UntilAsync(container, now => now.State.Status == ContainerStatus.Exited, "it ends");
        using var client = new StalledStream();
        var files = engine.Get<IContainerFiles>();
        var copy = reads ? files.ReadAsync(container.Name, "/big", client) : files.WriteAsync(container.Name, "/tmp", client);
        await client.Stalls.WaitAsync(Wait.Limit);

        var stopped = await Assert.ThrowsAsync<EngineException>(() => engine.Containers.StopAsync(container.Name).WaitAsync(Wait.Limit));
        Assert.Equal(EngineErrorKind.NotModified, stopped.Kind);
        await engine.Containers.RemoveAsync(container.Name).WaitAsync(Wait.Limit);
        var broken = await Assert.ThrowsAsync<EngineException>(() => copy.WaitAsync(Wait.Limit));
        Assert.StartsWith("The copy was broken off", broken.Message, StringComparison.Ordinal);
        await Wait.Until(() => engine.Traces(container.Id).Length == 0, () => string.Join('\n', engine.Traces(container.Id)));
    }

    [Fact]
    public async Task Copy_ClientStalls_IsBrokenOffWhenTheContainerShallStart()
    {
        await using var engine = new EngineScene { Services = services => services.AddSingleton<TimeProvider>(new HurriedTime()) };
        await engine.BeginAsync();
        var container = await engine.CreateAsync("true");
        using var client = new StalledStream();
        var copy = engine.Get<IContainerFiles>().WriteAsync(container.Name, "/tmp", client);
        await client.Stalls.WaitAsync(Wait.Limit);

        await engine.Containers.StartAsync(container.Name).WaitAsync(Wait.Limit);
        await Assert.ThrowsAsync<EngineException>(() => copy.WaitAsync(Wait.Limit));
        await engine.UntilAsync(container, now => now.State.Status == ContainerStatus.Exited, "it ends");
    }

    /// <summary>Neither gives nor takes anything, until it is told to stop.</summary>
    private sealed class StalledStream : Stream
    {
        private readonly TaskCompletionSource _stalls = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public Task Stalls => _stalls.Task;

        public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
        {
            await StallAsync(cancellationToken);
            return 0;
        }

        public override async ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default) => await StallAsync(cancellationToken);

        private Task StallAsync(CancellationToken stop)
        {
            _stalls.TrySetResult();
            return Task.Delay(Timeout.Infinite, stop);
        }

        public override bool CanRead => true;
        public override bool CanSeek => false;
        public override bool CanWrite => true;
        public override long Length => throw new NotSupportedException();
        public override long Position { get => throw new NotSupportedException(); set => throw new NotSupportedException(); }
        public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();
        public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();
        public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();
        public override void SetLength(long value) => throw new NotSupportedException();

        public override void Flush()
        {
        }
    }
}
