namespace Brig.Engine.Images;

/// <summary>A stream that can only be waited for (a request's body) as one that a thread reads. Errors come out where it is read.</summary>
internal sealed class PumpedStream : ReadOnlyStream
{
    private readonly BytePipe _pipe = new();
    private readonly CancellationTokenSource _stop;
    private readonly Task _pump;

    public PumpedStream(Stream from, CancellationToken stop)
    {
        _stop = CancellationTokenSource.CreateLinkedTokenSource(stop);
        _pump = Task.Run(() => PumpAsync(from, _stop.Token), CancellationToken.None);
    }

    public override int Read(Span<byte> buffer) => _pipe.Reader.Read(buffer);

    /// <summary>Returns when nothing is read from the source any more: a request's body must not be, once it has been answered.</summary>
    public override async ValueTask DisposeAsync()
    {
        _pipe.Reader.Dispose();
        await _stop.CancelAsync();   // whoever sends may have stopped in the middle, and sends no more
        await _pump;
        _pipe.Dispose();
        _stop.Dispose();
        await base.DisposeAsync();
    }

    private async Task PumpAsync(Stream from, CancellationToken stop)
    {
        byte[] buffer = new byte[256 * 1024];
        try
        {
            for (int read; (read = await from.ReadAsync(buffer, stop)) > 0 && _pipe.Write(buffer.AsSpan(0, read));)
            {
            }
            _pipe.Complete();
        }
        catch (Exception e)
        {
            _pipe.Complete(e);
        }
    }
}
