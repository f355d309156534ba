using System.Net.Sockets;
using Brig.Linux;

namespace Brig.Engine.Containers;

/// <summary>Starts shims, and takes their remains away when they end.</summary>
internal sealed class ShimProcess(EngineOptions options, TimeProvider time) : IDisposable
{
    private static readonly string[] Environment = ["PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"];
    private static readonly TimeSpan FirstLook = TimeSpan.FromMilliseconds(2), LastLook = TimeSpan.FromSeconds(1);

    private readonly Lock _gate = new();
    private SealedExecutable? _sealed;

    public void Dispose() => _sealed?.Dispose();

    /// <summary>One that waits for its plan. Closing the connection before that ends it.</summary>
    /// <param name="runFolder">Where it will listen; exists.</param>
    /// <exception cref="EngineException">Unavailable.</exception>
    public ShimConnection Start(string runFolder, IOutputSink? output = null)
    {
        var (ours, theirs) = Spawn.SocketPair();
        int pid;
        try
        {
            pid = Spawn.Detached(Sealed().Path, ["brig-shim", runFolder], Environment, theirs);
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
        var connection = new ShimConnection(new Socket(new SafeSocketHandle(ours, ownsHandle: true)), output);
        _ = ReapAsync(connection, pid);
        return connection;
    }

    /// <summary>Opened at the first start, so that a shim installed later is found.</summary>
    private SealedExecutable Sealed()
    {
        lock (_gate)
        {
            return _sealed ??= SealedExecutable.Open(options.Shim);
        }
    }

    private async Task ReapAsync(ShimConnection connection, int pid)
    {
        await connection.Closed;
        for (var pause = FirstLook; !Spawn.TryReap(pid); pause = pause * 2 < LastLook ? pause * 2 : LastLook)
        {
            await Task.Delay(pause, time);
        }
    }
}
