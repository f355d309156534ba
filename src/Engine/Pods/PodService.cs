using System.Collections.Immutable;
using Brig.Engine.Containers;
using Brig.Engine.Images;

namespace Brig.Engine.Pods;

internal sealed class PodService(
    ContainerTable table, IContainers containers, Creator creator, Supervisor supervisor, Stopper stopper, Changer changer, Remover remover, ImageStore images) : IPods
{
    /// <summary>68 years; busybox cannot sleep for ever.</summary>
    private const string LongSleep = "2147483647";

    /// <summary>One verb at a time for each pod.</summary>
    private readonly KeyedLocks _verbs = new();

    public ImmutableArray<Pod> List() => Pod.All(table.List());

    public Pod Get(string idOrName) => Pod.Of(Find(idOrName).Now, table.List());

    public async Task<Pod> CreateAsync(PodSpec spec, CancellationToken stop = default)
    {
        if (!images.Has(BusyboxImage.Reference))
        {
            throw EngineException.Conflict($"A pod is held together by a container of the image {BusyboxImage.Reference}, which is not here; start Brig anew, and it makes it.");
        }
        var made = await creator.CreateAsync(
            new()
            {
                Image = BusyboxImage.Reference, Name = spec.Name, Entrypoint = ["/bin/sleep"], Command = [LongSleep], Init = spec.SharePid, Sandbox = new(spec.SharePid),
                Hostname = spec.Hostname ?? (spec.Name is { } name && SpecCheck.IsHostname(name) ? name : null), Networks = spec.Networks, Ports = spec.Ports, Dns = spec.Dns, ExtraHosts = spec.ExtraHosts,
                Sysctls = spec.Sysctls, Limits = spec.Limits, Labels = spec.Labels,
                CapDrop = ["ALL"], ReadOnlyRoot = true, StopSignal = "SIGKILL", StopGrace = TimeSpan.Zero,
            },
            stop);
        return Pod.Of(made, []);
    }

    public async Task<Pod> StartAsync(string idOrName, CancellationToken stop = default)
    {
        var pod = Find(idOrName);
        using var held = await _verbs.TakeAsync(pod.Id.Value, stop);
        bool changed = await TryAsync(() => supervisor.StartAsync(pod, stop));
        List<string> failed = [];
        foreach (var member in Members(pod))
        {
            try
            {
                changed |= await TryAsync(() => supervisor.StartAsync(member, stop));
            }
            catch (EngineException e)
            {
                failed.Add($"{member.Now.Name}: {e.Message}");
            }
        }
        return failed.Count > 0 ? throw EngineException.Failed($"Not all of pod {pod.Now.Name} could be started. {string.Join(' ', failed)}")
            : changed ? Get(pod.Id.Value) : throw EngineException.NotModified($"Pod {pod.Now.Name} already runs, and all in it.");
    }

    public async Task<Pod> StopAsync(string idOrName, TimeSpan? grace = null, CancellationToken stop = default)
    {
        var pod = Find(idOrName);
        using var held = await _verbs.TakeAsync(pod.Id.Value, stop);
        bool changed = false;
        foreach (var entry in Members(pod).Reverse().Append(pod))
        {
            changed |= await TryAsync(() => stopper.StopAsync(entry, entry == pod ? TimeSpan.Zero : grace, stop));
        }
        return changed ? Get(pod.Id.Value) : throw EngineException.NotModified($"Pod {pod.Now.Name} does not run.");
    }

    public async Task<Pod> RestartAsync(string idOrName, TimeSpan? grace = null, CancellationToken stop = default)
    {
        var pod = Find(idOrName);
        await TryAsync(() => StopAsync(pod.Id.Value, grace, stop));
        return await StartAsync(pod.Id.Value, stop);
    }

    public async Task<Pod> UpdateLimitsAsync(string idOrName, Limits limits, CancellationToken stop = default) =>
        Pod.Of(await changer.UpdateAsync(Find(idOrName), now => now with { Limits = limits }, stop), table.List());

    public async Task RemoveAsync(string idOrName, bool force = false, CancellationToken stop = default)
    {
        var pod = Find(idOrName);
        using var held = await _verbs.TakeAsync(pod.Id.Value, stop);
        var members = Members(pod);
        if (!force && members.FirstOrDefault(member => member.Run is not null) is { } runs)
        {
            throw EngineException.Conflict($"Container {runs.Now.Name} of pod {pod.Now.Name} runs; stop the pod first, or remove it by force.");
        }
        foreach (var member in members.Reverse())
        {
            await containers.RemoveAsync(member.Id.Value, force: true, stop: stop);
        }
        await RemoveSandboxAsync(pod, stop);
    }

    private async Task RemoveSandboxAsync(ContainerEntry pod, CancellationToken stop)
    {
        while (true)
        {
            Task<ExitStatus> ended;
            ContainerRun? run;
            using (await pod.Lock.TakeAsync(stop))
            {
                if (pod.Run is null)
                {
                    await remover.RemoveHeldAsync(pod);
                    return;
                }
                pod.Wanted = false;
                (ended, run) = (pod.Ended, pod.Run);
            }
            await stopper.KillAllAsync(pod, run, ended);
        }
    }

    private ContainerEntry Find(string idOrName)
    {
        var entry = table.Find(idOrName, "pod");
        return entry.Now.Spec.Sandbox is not null ? entry : throw EngineException.NotFound($"{entry.Now.Name} is a container and no pod.");
    }

    /// <summary>In the order in which they were made.</summary>
    private ImmutableArray<ContainerEntry> Members(ContainerEntry pod) =>
        [.. table.Entries().Where(entry => entry.Now.Spec.Pod == pod.Id.Value).OrderBy(entry => entry.Now.CreatedAt)];

    /// <returns>False: it was so already.</returns>
    private static async Task<bool> TryAsync<T>(Func<Task<T>> verb)
    {
        try
        {
            await verb();
            return true;
        }
        catch (EngineException e) when (e.Kind == EngineErrorKind.NotModified)
        {
            return false;
        }
    }
}
