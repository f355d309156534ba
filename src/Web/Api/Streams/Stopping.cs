namespace Brig.Web.Api;

/// <summary>Ends what would last for ever when its client goes, or when Brig is told to stop.</summary>
internal sealed class Stopping(IHostApplicationLifetime life)
{
    public CancellationTokenSource Or(CancellationToken aborted) => CancellationTokenSource.CreateLinkedTokenSource(aborted, life.ApplicationStopping);

    /// <summary>Runs a long wait; when Brig stops first the client is told so (503) and can ask the next Brig.</summary>
    public async Task<T> WaitAsync<T>(Func<CancellationToken, Task<T>> wait, CancellationToken aborted)
    {
        using var either = Or(aborted);
        try
        {
            return await wait(either.Token);
        }
        catch (OperationCanceledException) when (!aborted.IsCancellationRequested && either.IsCancellationRequested)
        {
            throw Engine.EngineException.Unavailable("Brig stops now; ask again when it is back. Containers go on.");
        }
    }
}
