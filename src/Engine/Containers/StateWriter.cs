using Microsoft.Extensions.Logging;

namespace Brig.Engine.Containers;

/// <summary>
/// Keeps the last state of containers in the database, a little later and many at once: a killed engine finds what it missed in the shims and their
/// exit files, so no verb waits for this.
/// </summary>
internal sealed partial class StateWriter(ContainerRows rows, ContainerTable table, TimeProvider time, ILogger<StateWriter> log) : IDisposable
{
    private static readonly TimeSpan Batch = TimeSpan.FromMilliseconds(200), AfterFailure = TimeSpan.FromSeconds(2);

    private readonly Lock _gate = new();
    private readonly HashSet<ContainerId> _changed = [];
    private readonly CancellationTokenSource _stop = new();
    private Task _writing = Task.CompletedTask;

    public void Changed(ContainerId id)
    {
        lock (_gate)
        {
            _changed.Add(id);
            if (_writing.IsCompleted && !_stop.IsCancellationRequested)
            {
                _writing = Task.Run(WriteAllAsync);
            }
        }
    }

    public async Task StopAsync()
    {
        await _stop.CancelAsync();
        await _writing;
        await WriteAsync();
    }

    public void Dispose() => _stop.Dispose();

    private async Task WriteAllAsync()
    {
        for (bool more = true; more && !_stop.IsCancellationRequested;)
        {
            await Task.Delay(Batch, time, _stop.Token).ContinueWith(_ => { }, TaskScheduler.Default);
            if (!await WriteAsync())
            {
                await Task.Delay(AfterFailure, time, _stop.Token).ContinueWith(_ => { }, TaskScheduler.Default);
            }
            lock (_gate)
            {
                more = _changed.Count > 0;
                if (!more)
                {
                    _writing = Task.CompletedTask;
                }
            }
        }
    }

    private async Task<bool> WriteAsync()
    {
        ContainerId[] batch;
        lock (_gate)
        {
            batch = [.. _changed];
            _changed.Clear();
        }
        Container[] containers = [.. batch.Select(id => table.TryGet(id, out var entry) ? entry.Now : null).OfType<Container>()];
        if (containers.Length == 0)
        {
            return true;
        }
        try
        {
            await rows.StatesAsync(containers);
            return true;
        }
        catch (EngineException e)
        {
            NotWritten(e.Message);
            lock (_gate)
            {
                _changed.UnionWith(batch);
            }
            return false;
        }
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "The last states of containers are in memory only for now: {Reason}")]
    private partial void NotWritten(string reason);
}
