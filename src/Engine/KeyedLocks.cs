namespace Brig.Engine;

/// <summary>One at a time for each key: who comes second waits for the first, and finds what it made.</summary>
internal sealed class KeyedLocks
{
    private readonly Dictionary<string, (AsyncLock Lock, int Users)> _locks = [];

    /// <summary>Whether somebody holds it now.</summary>
    public bool IsHeld(string key)
    {
        lock (_locks)
        {
            return _locks.ContainsKey(key);
        }
    }

    public async Task<IDisposable> TakeAsync(string key, CancellationToken stop)
    {
        AsyncLock one;
        lock (_locks)
        {
            var (found, users) = _locks.GetValueOrDefault(key);
            one = found ?? new AsyncLock();
            _locks[key] = (one, users + 1);
        }
        try
        {
            return new Held(this, key, await one.TakeAsync(stop));
        }
        catch
        {
            Leave(key);
            throw;
        }
    }

    private void Leave(string key)
    {
        lock (_locks)
        {
            var (one, users) = _locks[key];
            if (users == 1)
            {
                _locks.Remove(key);
            }
            else
            {
                _locks[key] = (one, users - 1);
            }
        }
    }

    private sealed class Held(KeyedLocks all, string key, AsyncLock.Held one) : IDisposable
    {
        private int _disposed;

        public void Dispose()
        {
            if (Interlocked.Exchange(ref _disposed, 1) == 0)
            {
                one.Dispose();
                all.Leave(key);
            }
        }
    }
}
