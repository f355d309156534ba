using Brig.Engine.Containers;
using Microsoft.Extensions.Logging;

namespace Brig.Engine.Stacks.Applying;

/// <summary>Takes away the configs and secrets of containers that anybody removes, not only a stack's verbs: they are memory, and in it what nobody shall read any more.</summary>
internal sealed partial class SecretSweep(SecretFiles files, IContainers containers, ILogger<SecretSweep> log) : IDisposable
{
    private readonly CancellationTokenSource _stop = new();

    public void Open() => _ = Task.Run(RunAsync);

    public void Dispose()
    {
        _stop.Cancel();
        _stop.Dispose();
    }

    private async Task RunAsync()
    {
        try
        {
            while (!_stop.IsCancellationRequested)
            {
                using var live = containers.Follow();
                var holders = live.Snapshot.Where(SecretFiles.Has).Select(container => container.Id).ToHashSet();
                await TrimAsync();      // what went while nobody followed
                await foreach (var change in live.Changes.ReadAllAsync(_stop.Token))
                {
                    if (change.Container is { } container)
                    {
                        _ = SecretFiles.Has(container) && holders.Add(container.Id);
                    }
                    else if (holders.Remove(change.Id))
                    {
                        await TrimAsync();
                    }
                }
            }
        }
        catch (OperationCanceledException)
        {
            // The engine ends.
        }
    }

    private async Task TrimAsync()
    {
        try
        {
            await files.TrimAsync();
        }
        catch (Exception e) when (e is not OperationCanceledException)
        {
            Failed(e);      // the next container that goes tries again
        }
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "Configs and secrets that no container has could not be taken away")]
    private partial void Failed(Exception e);
}
