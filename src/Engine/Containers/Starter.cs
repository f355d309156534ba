using System.Collections.Immutable;
using Brig.Linux;
using Brig.Linux.Cgroups;
using Brig.Linux.Wire;

namespace Brig.Engine.Containers;

/// <summary>What became of a start that succeeded.</summary>
/// <param name="Birth">Comes a little later than the program runs.</param>
internal sealed record StartedContainer(ContainerRun Run, DateTimeOffset StartedAt, Task<BirthRecord> Birth);

/// <summary>A start that failed, with the steps up to the failure.</summary>
internal sealed class StartFailedException(EngineException why, BirthRecord birth) : Exception(why.Message, why)
{
    public EngineException Why { get; } = why;
    public BirthRecord Birth { get; } = birth;
}

/// <summary>
/// From a container to a running program:
/// <code>
/// 1. take the shim that waits, or spawn one, which takes some milliseconds; have the addresses decided
/// 2. make what is missing of the folders and the three files of /etc
/// 3. give the plan to the shim; while it prepares the root file system,
/// 4. make the cgroup, write the limits, let the shim enter;
///    beside it put the interfaces into the network namespace, as soon as there is one
/// 5. keep the plan, say that the network is there, wait for Started or Failed
/// </code>
/// Whatever fails takes everything of this start with it: cgroup, run folder, shim.
/// </summary>
internal sealed class Starter(CgroupHost cgroups, PlanBuilder plans, ShimProcess shims, IStartWatcher watcher, StartNetwork networks, SharedMemory memory, TimeProvider time)
{
    /// <summary>Longest that a shim whose plan came to nothing may take to put away what it had made.</summary>
    private static readonly TimeSpan Farewell = TimeSpan.FromSeconds(10);

    /// <param name="joining">Who has waited for it: sees and feeds it from the first byte on.</param>
    /// <exception cref="StartFailedException">Nothing of it is left.</exception>
    public async Task<StartedContainer> StartAsync(Container container, IReadOnlyList<Attachment> joining)
    {
        var birth = new BirthRecorder(time);
        ImmutableArray<StepRecord> shimSteps = [];
        ContainerPlan? plan = null;
        Task<ShimConnection>? spawning = null;
        NetworkAttempt? network = null;
        try
        {
            await plans.PrepareAsync(container);
            memory.Make(container);
            network = await networks.PrepareAsync(container, birth);
            plan = plans.Build(container, network.Setup);
            string run = plan.RunFolder;
            birth.Do("mkdir", $"\"{run}\"", $"mkdir -p {run}", () => Directory.CreateDirectory(run));
            spawning = birth.Do("posix_spawn", "\"brig-shim\", or take the one that waits", null, () => shims.StartAsync());
            MakeFolders(plan, container, network.Setup, birth);
            byte[] bytes = PlanWriter.Write(plan.Launch);
            var shim = await spawning;
            foreach (var attachment in joining)
            {
                attachment.Over(await shim.JoinAsync(attachment));
            }
            var answering = shim.LaunchAsync(bytes);
            network.Begin(plan.Launch.Namespaces, shim);
            MakeCgroup(plan, container, birth);
            await shim.EnterAsync();
            birth.Do("write", $"\"{plan.Folder}/plan\", {bytes.Length} bytes", null, () => File.WriteAllBytes(plan.Folder + "/plan", bytes));
            await network.CompleteAsync(shim);
            var answer = await answering;
            shims.Refill();
            if (answer.Failed is { } failed)
            {
                shimSteps = failed.Steps;
                throw Sentence(failed, container);
            }
            var started = answer.Started!;
            return new(new(shim, started.Pid, started.StartTicks), Instant.FromMicroseconds(started.StartedAt / 1000), WithStepsAsync(birth, shim));
        }
        catch (Exception e) when (Reason(e, plan) is { } why)
        {
            if (spawning is not null && await Settled(spawning) is { } shim)
            {
                await Task.WhenAny(shim.GiveUpAsync(), Task.Delay(Farewell, time));
                await shim.DisposeAsync();
            }
            if (plan is not null)
            {
                await Task.Run(() => CleanUp(container, plan.Cgroup, plan.RunFolder));
            }
            else
            {
                await Task.Run(() => memory.Remove(container));
            }
            if (network is not null)
            {
                await network.GiveUpAsync();
                await networks.EndAsync(container, again: false);
            }
            throw new StartFailedException(why, birth.With(shimSteps));
        }
    }

    private static async Task<BirthRecord> WithStepsAsync(BirthRecorder birth, ShimConnection shim) => birth.With(await shim.Steps);

    /// <summary>Null when it failed too: the error that is told is another.</summary>
    private static async Task<ShimConnection?> Settled(Task<ShimConnection> spawning)
    {
        await spawning.ContinueWith(_ => { }, TaskScheduler.Default);
        return spawning.IsCompletedSuccessfully ? spawning.Result : null;
    }

    /// <summary>Takes away what a run needed: its cgroup and its run folder. Blocks until its last process is gone.</summary>
    public void CleanUp(Container container, string cgroup, string runFolder)
    {
        try
        {
            var group = cgroups.Open(cgroup);
            group.KillAll();
            group.Remove();
        }
        catch (LinuxException)
        {
            // A process that cannot be killed now keeps it; the next start of the engine tries again.
        }
        memory.Remove(container);
        Trash.Delete(runFolder);
    }

    private static void MakeFolders(ContainerPlan plan, Container container, NetworkSetup setup, BirthRecorder birth)
    {
        foreach (string folder in ContainerFolders.Of(plan.Folder))
        {
            birth.Do("mkdir", $"\"{folder}\"", $"mkdir -p {folder}", () => Directory.CreateDirectory(folder));
        }
        birth.Do("write", $"\"{plan.Folder}/hosts\", \"…/hostname\", \"…/resolv.conf\"", null, () => HostFiles.Write(plan.Folder, plan.Hostname, container, setup));
        File.Delete(plan.Folder + "/exit");
    }

    private void MakeCgroup(ContainerPlan plan, Container container, BirthRecorder birth)
    {
        var cgroup = cgroups.Create(plan.Cgroup, birth.Add);
        cgroup.Apply(plan.Limits);
        if (plan.Processes != plan.Cgroup)
        {
            cgroup = cgroups.Create(plan.Processes, birth.Add);   // what a sandbox may not do its pod's containers may
        }
        if (!container.Spec.Privileged)
        {
            cgroup.RestrictDevices(HostDevices.Rules(container.Spec.Devices));
        }
        watcher.InCgroup(container, cgroup);
    }

    private static EngineException Sentence(FailedMessage failed, Container container) => failed.Errno switch
    {
        Errno.ENOSPC => EngineException.Unavailable(Text.Sentence(failed.Sentence)),
        // What was asked for is not in the image, or is no program: the one who asked can mend it.
        Errno.ENOENT or Errno.EACCES or Errno.ENOTDIR or 8 or Errno.EINVAL => EngineException.Invalid(Text.Sentence(failed.Sentence)),
        _ => EngineException.Failed($"Container {container.Name} could not be started: {failed.Sentence}."),
    };

    private static EngineException? Reason(Exception e, ContainerPlan? plan) => e switch
    {
        EngineException engine => engine,
        CgroupLimitException limit => EngineException.Invalid(limit.Message.EndsWith('.') ? limit.Message : limit.Message + "."),
        LinuxException { Errno: Errno.ENOSPC } full => Disk.Full(plan?.Folder ?? "/", full),
        LinuxException linux => EngineException.Failed($"The container could not be started: {linux.Message}.", linux),
        IOException full when Disk.IsFull(full) => Disk.Full(plan?.Folder ?? "/", full),
        IOException or UnauthorizedAccessException => EngineException.Failed($"The container could not be started: {e.Message}", e),
        WireException wire => EngineException.Invalid($"The container cannot be started: {wire.Message}."),
        _ => null,
    };
}
