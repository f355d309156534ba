namespace Brig.Engine.Images.Registry;

/// <summary>Ends a wait for somebody who says nothing. Each wait takes a token of its own.</summary>
internal sealed class SilenceTimer(TimeProvider time, CancellationToken stop, TimeSpan? limit = null) : IDisposable
{
    private readonly TimeSpan _limit = limit ?? RegistryHttp.Silence;
    private CancellationTokenSource? _both;
    private CancellationTokenSource? _timer;

    /// <summary>Good for one wait; the one before is over.</summary>
    public CancellationToken Next()
    {
        if (_timer?.TryReset() == true)
        {
            _timer.CancelAfter(_limit);
            return _both!.Token;
        }
        Dispose();
        _timer = new(_limit, time);
        _both = CancellationTokenSource.CreateLinkedTokenSource(_timer.Token, stop);
        return _both.Token;
    }

    public void Dispose()
    {
        _both?.Dispose();
        _timer?.Dispose();
    }
}
