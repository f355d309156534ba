using System.Diagnostics;
using Brig.Linux;
using Brig.Linux.Trees;

namespace Brig.Engine.Volumes;

/// <summary>Tells the sizes, behind everybody's back: one volume after the other, when somebody looked and what is known is old.</summary>
internal sealed class VolumeMeasurer(VolumeTable table, TimeProvider time) : IDisposable
{
    private static readonly TimeSpan Fresh = TimeSpan.FromMinutes(1);

    private readonly CancellationTokenSource _stop = new();
    private readonly Lock _gate = new();
    private bool _running;

    /// <summary>Measures what is stale, if nobody does yet. Returns at once.</summary>
    public void Wake()
    {
        lock (_gate)
        {
            if (_running || _stop.IsCancellationRequested || table.Stale(time.GetUtcNow(), Fresh).IsEmpty)
            {
                return;
            }
            _running = true;
        }
        _ = OwnThread.RunAsync(Run);
    }

    /// <summary>Now; returns when it is known.</summary>
    public async Task MeasureAsync(string name, CancellationToken stop)
    {
        table.Get(name);
        await OwnThread.RunAsync(() => One(name, stop)).WaitAsync(stop);
    }

    public void Dispose()
    {
        _stop.Cancel();
        _stop.Dispose();
    }

    private bool Run()
    {
        try
        {
            foreach (string name in table.Stale(time.GetUtcNow(), Fresh))
            {
                One(name, _stop.Token);
            }
            return true;
        }
        catch (Exception e) when (e is OperationCanceledException or ObjectDisposedException)
        {
            return false;
        }
        finally
        {
            lock (_gate)
            {
                _running = false;
            }
        }
    }

    private bool One(string name, CancellationToken stop)
    {
        if (table.TryGet(name) is not { } volume)
        {
            return false;
        }
        var took = Stopwatch.StartNew();
        (long Bytes, long Files) found = default;
        try
        {
            found = TreeSize.Of(volume.Path, stop);
        }
        catch (LinuxException)
        {
            // Its folder is not there, as that of a bind whose disk is away: it takes nothing.
        }
        table.Replace(name, now => now with { Size = new(found.Bytes, found.Files, time.GetUtcNow()) }, took.Elapsed);
        return true;
    }
}
