namespace Brig.Engine;

/// <summary>One at a time, also across awaits: <c>using (await _lock.TakeAsync())</c>.</summary>
#pragma warning disable CA1001 // A SemaphoreSlim whose AvailableWaitHandle is never asked for holds nothing to dispose.
internal sealed class AsyncLock
#pragma warning restore CA1001
{
    private readonly SemaphoreSlim _free = new(1);

    public async ValueTask<Held> TakeAsync(CancellationToken stop = default)
    {
        await _free.WaitAsync(stop);
        return new(_free);
    }

    public readonly struct Held(SemaphoreSlim free) : IDisposable
    {
        public void Dispose() => free.Release();
    }
}
