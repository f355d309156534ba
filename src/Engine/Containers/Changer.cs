using Brig.Engine.Events;
using Brig.Engine.Metrics;
using Brig.Linux;
using Brig.Linux.Cgroups;

namespace Brig.Engine.Containers;

/// <summary>Changes to what was asked: name, limits, restart policy.</summary>
internal sealed class Changer(ContainerTable table, ContainerRows rows, CgroupHost cgroups, Sampler sampler, EnginePaths paths, EventLog events)
{
    public async Task<Container> RenameAsync(ContainerEntry entry, string name, CancellationToken stop)
    {
        Names.Check(name);
        using var held = await entry.Lock.TakeAsync(stop);
        string old = entry.Now.Name;
        if (name == old)
        {
            throw EngineException.NotModified($"Container {old} already has this name.");
        }
        table.ClaimName(name, entry.Id);
        try
        {
            await rows.SpecAsync(entry.Now with { Name = name, Spec = entry.Now.Spec with { Name = name } });
        }
        catch
        {
            table.ReleaseName(name, entry.Id);
            throw;
        }
        var now = table.Replace(entry, container => container with { Name = name, Spec = container.Spec with { Name = name } });
        table.ReleaseName(old, entry.Id);
        events.Add("container", "rename", entry.Id.Value, name, ("from", old));
        return now;
    }

    /// <summary>The cgroup takes all of them or none; what is kept follows it.</summary>
    public async Task<Container> LimitsAsync(ContainerEntry entry, Limits limits, CancellationToken stop)
    {
        LimitPlans.Check(limits, cgroups);
        using var held = await entry.Lock.TakeAsync(stop);
        LifeCycle.Next(entry.Now.State.Status, Verb.Update, entry.Now.Name);
        var before = entry.Now.Spec.Limits;
        bool live = entry.Run is not null;
        if (live)
        {
            await Task.Run(() => Apply(entry, limits), stop);
            sampler.Refresh(entry.Id);
        }
        var spec = entry.Now.Spec with { Limits = limits };
        try
        {
            await rows.SpecAsync(entry.Now with { Spec = spec });
        }
        catch when (live)
        {
            await Task.Run(() => Apply(entry, before), CancellationToken.None);
            sampler.Refresh(entry.Id);
            throw;
        }
        events.Add("container", "update", entry.Id.Value, entry.Now.Name, ("limits", EngineJson.Write(limits)));
        return table.Replace(entry, container => container with { Spec = spec });
    }

    public async Task<Container> RestartPolicyAsync(ContainerEntry entry, RestartPolicy policy, CancellationToken stop)
    {
        SpecCheck.Restart(policy);
        using var held = await entry.Lock.TakeAsync(stop);
        if (entry.Now.Spec.AutoRemove && policy.Mode != RestartMode.No)
        {
            throw EngineException.Conflict($"Container {entry.Now.Name} is removed when it exits, so it cannot have a restart policy.");
        }
        var spec = entry.Now.Spec with { Restart = policy };
        await rows.SpecAsync(entry.Now with { Spec = spec });
        await rows.WantedAsync(entry.Id, entry.Wanted);   // not kept while there was no policy
        events.Add("container", "update", entry.Id.Value, entry.Now.Name, ("restart", EngineJson.Write(policy)));
        return table.Replace(entry, container => container with { Spec = spec });
    }

    private void Apply(ContainerEntry entry, Limits limits)
    {
        try
        {
            cgroups.Open(paths.Cgroup(entry.Id)).Apply(LimitPlans.Plan(limits));
        }
        catch (CgroupLimitException e)
        {
            throw EngineException.Conflict(e.Message.EndsWith('.') ? e.Message : e.Message + ".");
        }
        catch (LinuxException e)
        {
            throw EngineException.Failed($"The cgroup of container {entry.Now.Name} refused: {e.Message}.", e);
        }
    }
}
