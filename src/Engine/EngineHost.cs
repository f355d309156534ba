using Brig.Engine.Containers;
using Brig.Engine.Events;
using Brig.Engine.Images;
using Brig.Engine.State;
using Brig.Linux;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Brig.Engine;

/// <summary>Opens everything in order when the host starts, and closes it when the host stops; containers go on.</summary>
internal sealed partial class EngineHost(
    EnginePaths paths, EngineOptions options, Store store, EventLog events, ImageStore images, Reconciler reconciler, Supervisor supervisor, ILogger<EngineHost> log)
    : IHostedService, IEngineStatus
{
    private readonly TaskCompletionSource _ready = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private FileLock? _lock;

    public string? WaitingFor { get; private set; } = "opening the database";
    public Task Ready => _ready.Task;

    /// <summary>Returns when the engine has reconciled; throws the sentence that keeps it from ever working.</summary>
    public async Task StartAsync(CancellationToken cancellationToken)
    {
        try
        {
            await OpenAsync(cancellationToken);
            WaitingFor = null;
            _ready.SetResult();
        }
        catch (EngineException e)
        {
            WaitingFor = e.Message;
            _ready.SetException(e);
            _ = _ready.Task.Exception;   // nobody may be waiting for it
            throw;
        }
    }

    public async Task StopAsync(CancellationToken cancellationToken)
    {
        await supervisor.StopAsync();
        reconciler.RemoveEmptyInstance();
        await events.StopAsync();
        _lock?.Dispose();
    }

    private async Task OpenAsync(CancellationToken stop)
    {
        try
        {
            foreach (string folder in (string[])[paths.Root, paths.Run, paths.Shims, paths.Execs, paths.Containers])
            {
                Directory.CreateDirectory(folder);
            }
            File.SetUnixFileMode(paths.Root, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
            File.SetUnixFileMode(paths.Run, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw EngineException.Unavailable($"The folders {paths.Root} and {paths.Run} cannot be made: {e.Message}", e);
        }
        _lock = await TryLockAsync(stop)
            ?? throw EngineException.Conflict($"Another Brig already uses {paths.Run}; stop it, or set BRIG_RUN and BRIG_ROOT to folders of their own.");
        store.Open();
        events.Open();
        Trash.Empty(paths);
        WaitingFor = "opening the images";
        images.Open();
        await ImportBusyboxAsync(stop);
        WaitingFor = "adopting the containers";
        await reconciler.StartAsync(stop);
    }

    /// <summary>For a second again and again: a killed engine's lock lives on in a child it was spawning, until that child's exec.</summary>
    private async Task<FileLock?> TryLockAsync(CancellationToken stop)
    {
        for (int attempt = 0; ; attempt++)
        {
            if (FileLock.TryTake(paths.LockFile) is { } taken)
            {
                return taken;
            }
            if (attempt == 10)
            {
                return null;
            }
            await Task.Delay(TimeSpan.FromMilliseconds(100), stop);
        }
    }

    /// <summary>Without it Brig works as well, so what is wrong with it is told and no more.</summary>
    private async Task ImportBusyboxAsync(CancellationToken stop)
    {
        if (images.List().Any(image => image.Reference == BusyboxImage.Reference))
        {
            return;
        }
        WaitingFor = "making the image brig/busybox";
        try
        {
            using var tar = await BusyboxImage.TarAsync(options.Busybox, stop);
            await images.ImportAsync(BusyboxImage.Reference, tar, BusyboxImage.Config, stop);
        }
        catch (EngineException e)
        {
            NoBusybox(e.Message);
        }
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "The image brig/busybox was not made: {Reason}")]
    private partial void NoBusybox(string reason);
}
