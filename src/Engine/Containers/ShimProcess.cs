using System.Net.Sockets;
using Brig.Linux;

namespace Brig.Engine.Containers;

/// <summary>
/// Starts shims, and takes their remains away when they end. One is kept waiting for the next plan once there was a first, because its exec and start are
/// a third of what a container's start takes. It ends with us: its socket closes.
/// </summary>
internal sealed class ShimProcess(EnginePaths paths, EngineOptions options, TimeProvider time) : IDisposable
{
    private static readonly string[] Environment = ["PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"];
    private static readonly TimeSpan FirstLook = TimeSpan.FromMilliseconds(2), LastLook = TimeSpan.FromSeconds(1);

    private readonly Lock _gate = new();
    private SealedExecutable? _sealed;
    private Waiting? _waiting;
    private bool _refilling, _disposed;

    /// <summary>One that waits for its plan: there at once, or spawned beside the caller's other work. Closing the connection before that ends it.</summary>
    /// <exception cref="EngineException">Unavailable.</exception>
    public Task<ShimConnection> StartAsync(IOutputSink? output = null) =>
        TakeWaiting() is { } waiting ? Task.FromResult(Connect(waiting, output)) : Task.Run(() => Connect(SpawnOne(), output));

    private ShimConnection Connect(Waiting one, IOutputSink? output)
    {
        var (socket, pid) = one;
        var connection = new ShimConnection(new Socket(new SafeSocketHandle(socket, ownsHandle: true)), output);
        _ = ReapAsync(connection.Closed, pid);
        return connection;
    }

    /// <summary>Has one waiting for the next start. Called when a start is through, so that it costs that one nothing.</summary>
    public void Refill()
    {
        lock (_gate)
        {
            if (_disposed || _refilling || _waiting is not null)
            {
                return;
            }
            _refilling = true;
        }
        ThreadPool.UnsafeQueueUserWorkItem(_ => RefillNow(), null);
    }

    public void Dispose()
    {
        lock (_gate)
        {
            _disposed = true;
        }
        if (TakeWaiting() is { } waiting)
        {
            Spawn.Close(waiting.Socket);
            _ = ReapAsync(Task.CompletedTask, waiting.Pid);
        }
        _sealed?.Dispose();
    }

    private void RefillNow()
    {
        Waiting? made = null;
        try
        {
            made = SpawnOne();
        }
        catch (EngineException)
        {
            // The next start meets it too, and tells it.
        }
        lock (_gate)
        {
            _refilling = false;
            if (!_disposed)
            {
                _waiting = made;
                return;
            }
        }
        if (made is { } late)
        {
            Spawn.Close(late.Socket);
            _ = ReapAsync(Task.CompletedTask, late.Pid);
        }
    }

    /// <summary>Null also when somebody killed it.</summary>
    private Waiting? TakeWaiting()
    {
        Waiting? waiting;
        lock (_gate)
        {
            (waiting, _waiting) = (_waiting, null);
        }
        if (waiting is { } one && Spawn.TryReap(one.Pid))
        {
            Spawn.Close(one.Socket);
            return null;
        }
        return waiting;
    }

    private Waiting SpawnOne()
    {
        var (ours, theirs) = Spawn.SocketPair();
        try
        {
            return new(ours, Spawn.Detached(Sealed().Path, ["brig-shim", paths.Run], Environment, theirs));
        }
        catch (LinuxException e)
        {
            Spawn.Close(ours);
            throw EngineException.Unavailable(e.Errno == Errno.ENOENT
                ? $"The shim {options.Shim} is missing; run scripts/setup, or set BRIG_SHIM."
                : $"The shim could not be started: {e.Message}.", e);
        }
        finally
        {
            Spawn.Close(theirs);
        }
    }

    /// <summary>Opened at the first start, so that a shim installed later is found.</summary>
    private SealedExecutable Sealed()
    {
        lock (_gate)
        {
            return _sealed ??= SealedExecutable.Open(options.Shim);
        }
    }

    private async Task ReapAsync(Task closed, int pid)
    {
        await closed;
        for (var pause = FirstLook; !Spawn.TryReap(pid); pause = pause * 2 < LastLook ? pause * 2 : LastLook)
        {
            await Task.Delay(pause, time);
        }
    }

    private readonly record struct Waiting(int Socket, int Pid);
}
