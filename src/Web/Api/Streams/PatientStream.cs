namespace Brig.Web.Api;

/// <summary>Writes to a client who may stop reading: a write that it does not take in time ends in a TimeoutException, and so does every later one at once. The stream below is not closed.</summary>
internal sealed class PatientStream(Stream to, TimeSpan patience) : Stream
{
    private bool _isOver;

    public override bool CanRead => false;
    public override bool CanSeek => false;
    public override bool CanWrite => true;
    public override long Length => throw new NotSupportedException();

    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    public override ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default) => InTimeAsync(stop => to.WriteAsync(buffer, stop), cancellationToken);

    public override Task WriteAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) => WriteAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    public override Task FlushAsync(CancellationToken cancellationToken) => InTimeAsync(stop => new(to.FlushAsync(stop)), cancellationToken).AsTask();

    public override void Flush() => throw new NotSupportedException();
    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();
    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();
    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();
    public override void SetLength(long value) => throw new NotSupportedException();

    private async ValueTask InTimeAsync(Func<CancellationToken, ValueTask> write, CancellationToken stop)
    {
        if (_isOver)
        {
            throw new TimeoutException();
        }
        using var late = CancellationTokenSource.CreateLinkedTokenSource(stop);
        late.CancelAfter(patience);
        try
        {
            await write(late.Token);
        }
        catch (OperationCanceledException) when (late.IsCancellationRequested && !stop.IsCancellationRequested)
        {
            _isOver = true;
            throw new TimeoutException($"The client took nothing for {patience.TotalSeconds:0} seconds.");
        }
    }
}
