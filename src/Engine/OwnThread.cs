using System.Runtime.ExceptionServices;

namespace Brig.Engine;

/// <summary>Work on a thread of its own, for what reads and writes files for seconds: the pool's threads are for those who wait for nothing.</summary>
internal sealed class OwnThread<T>
{
    private readonly Thread _thread;
    private T? _result;
    private ExceptionDispatchInfo? _failure;

    public OwnThread(Func<T> work)
    {
        _thread = new(() =>
        {
            try
            {
                _result = work();
            }
            catch (Exception e)
            {
                _failure = ExceptionDispatchInfo.Capture(e);
            }
        }) { IsBackground = true };
        _thread.Start();
    }

    /// <summary>Waits for it; only another such thread may.</summary>
    public T Join()
    {
        _thread.Join();
        _failure?.Throw();
        return _result!;
    }

    /// <summary>Waits for it and looks away if it failed.</summary>
    public bool TryJoin(out T? result)
    {
        _thread.Join();
        result = _result;
        return _failure is null;
    }
}

internal static class OwnThread
{
    public static Task<T> RunAsync<T>(Func<T> work) =>
        Task.Factory.StartNew(work, CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);
}
