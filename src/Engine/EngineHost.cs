using Brig.Engine.Containers;
using Brig.Engine.Events;
using Brig.Engine.Ids;
using Brig.Engine.Images;
using Brig.Engine.Isolation;
using Brig.Engine.Isolation.Seccomp;
using Brig.Engine.Networks;
using Brig.Engine.State;
using Brig.Engine.Tasks;
using Brig.Engine.Volumes;
using Brig.Linux;
using Brig.Linux.Cgroups;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Brig.Engine;

/// <summary>Opens everything in order when the host starts, and closes it when the host stops; containers go on.</summary>
internal sealed partial class EngineHost(
    EnginePaths paths, EngineOptions options, Store store, EventLog events, ImageStore images, ImageMender mender, Importer importer, TaskBoard tasks, VolumeBook volumes, SeccompFilters seccomp, Recorders recorders, Logs.Keeping.KeptLogs keptLogs,
    Containers.Probes.UnhealthyActs unhealthy, PostMortems.PostMortemTable postMortems, PostMortems.ProcessWatch processes, PostMortems.Streaks ends,
    Metrics.Sampler sampler, History.HistoryService history,
    NetworkHost networks, Reconciler reconciler, Stacks.StackHost stacks, Build.RunStep buildSteps, Supervisor supervisor, UsersTrial users, IdPool ids, CgroupHost cgroups, ILogger<EngineHost> log)
    : IHostedService, IEngineStatus
{
    private readonly TaskCompletionSource _ready = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private FileLock? _lock;

    public string? WaitingFor { get; private set; } = "opening the database";
    public Task Ready => _ready.Task;
    public string? HistoryStopped => history.State.Stopped;
    public string? NoUsersOfTheirOwn => users.Failure is { } failure ? failure + "; new ones have the host's unless they ask for their own." : null;

    public MachineAbilities Abilities => field ??= new()
    {
        CgroupVersion = cgroups.Version == CgroupVersion.V2 ? 2 : 1,
        Memory = Can(new() { Memory = 1L << 30 }),
        Swap = Can(new() { Memory = 1L << 30, Swap = 1L << 30 }),
        Cpus = Can(new() { Cpus = 1 }),
        CpuWeight = Can(new() { CpuWeight = 100 }),
        Cpuset = Can(new() { CpusetCpus = "0" }),
        Pids = Can(new() { Pids = 100 }),
    };

    private bool Can(CgroupLimits limits) => cgroups.WhyNot(limits) is null;

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
        await tasks.StopAsync();
        await supervisor.StopAsync();
        await ends.StopAsync();
        await recorders.StopAsync();
        reconciler.RemoveEmptyInstance();
        await networks.StopAsync();
        await history.StopAsync();
        await events.StopAsync();
        ids.Close();
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
        OomScore.Protect();
        _lock = await TryLockAsync(stop)
            ?? throw EngineException.Conflict($"Another Brig already uses {paths.Run}; stop it, or set BRIG_RUN and BRIG_ROOT to folders of their own.");
        var filter = Task.Run(seccomp.Open, stop);   // beside the rest: it is all compiling, the profile and what compiles it
        store.Open();
        events.Open();
        postMortems.Open();
        processes.Open();
        history.Open();
        Trash.Empty(paths);
        var trial = users.RunAsync(stop);
        keptLogs.Open();
        WaitingFor = "opening the images";
        images.Open();
        volumes.Open();
        await tasks.OpenAsync(stop);
        await mender.MendAsync(stop);
        await ImportBusyboxAsync(stop);
        await trial;
        if (NoUsersOfTheirOwn is { } reason)
        {
            events.Add("engine", "host-users", paths.Instance, "brig", ("reason", reason));
            HostUsers(reason);
        }
        await filter;
        WaitingFor = "adopting the containers";
        recorders.Open();
        networks.Open();
        unhealthy.Open();
        stacks.Open();
        await reconciler.StartAsync(stop);
        sampler.Begin();
        recorders.Resume();
        await stacks.GoOnAsync();
        await buildSteps.ClearAsync(stop);
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
        if (images.Has(BusyboxImage.Reference))
        {
            return;
        }
        WaitingFor = "making the image brig/busybox";
        try
        {
            using var tar = await BusyboxImage.TarAsync(options.Busybox, stop);
            await importer.ImportAsync(new(BusyboxImage.Reference, BusyboxImage.Config), tar, stop);
        }
        catch (EngineException e)
        {
            NoBusybox(e.Message);
        }
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "{Reason}")]
    private partial void HostUsers(string reason);

    [LoggerMessage(Level = LogLevel.Warning, Message = "The image brig/busybox was not made: {Reason}")]
    private partial void NoBusybox(string reason);
}
