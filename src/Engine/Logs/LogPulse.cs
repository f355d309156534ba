namespace Brig.Engine.Logs;

/// <summary>
/// When followers look for new lines: all at the same moments, so that twenty of them wake one thread twenty times a second and not four hundred.
/// Nobody waits: no timer runs.
/// </summary>
internal sealed class LogPulse : IDisposable
{
    private static readonly TimeSpan Period = TimeSpan.FromMilliseconds(50);

    private readonly Lock _gate = new();
    private readonly ITimer _timer;
    private TaskCompletionSource? _next;

    public LogPulse(TimeProvider time) => _timer = time.CreateTimer(_ => Beat(), null, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);

    /// <summary>Ends at the next beat, within 50 ms.</summary>
    public Task Next()
    {
        lock (_gate)
        {
            if (_next is null)
            {
                _next = new(TaskCreationOptions.RunContinuationsAsynchronously);
                _timer.Change(Period, Timeout.InfiniteTimeSpan);
            }
            return _next.Task;
        }
    }

    public void Dispose()
    {
        _timer.Dispose();
        Beat(); // whoever waits looks once more and then ends by its own token
    }

    private void Beat()
    {
        TaskCompletionSource? now;
        lock (_gate)
        {
            now = _next;
            _next = null;
        }
        now?.SetResult();
    }
}
