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
        events.Add(entry.Now with { Name = name }, "rename", ("from", old));
        return now;
    }

    /// <summary>The cgroup takes all limits or none; what is kept follows it.</summary>
    /// <param name="change">Of what it has under its lock, so that two changes at once both stay.</param>
    public async Task<Container> UpdateAsync(ContainerEntry entry, Func<ContainerSettings, ContainerSettings> change, CancellationToken stop)
    {
        using var held = await entry.Lock.TakeAsync(stop);
        var before = entry.Now.Spec;
        var spec = change(ContainerSettings.Of(before)).Over(before);
        bool limits = spec.Limits != before.Limits, restart = spec.Restart != before.Restart;
        LifeCycle.Next(entry.Now.State.Status, Verb.Update, entry.Now.Name);
        if (limits)
        {
            LimitPlans.Check(spec.Limits, cgroups);
        }
        if (restart)
        {
            Check(spec, entry.Now.Name);
        }
        bool live = limits && entry.Run is not null;
        if (live)
        {
            await Task.Run(() => Apply(entry, spec.Limits), stop);
            sampler.Refresh(entry.Id);
        }
        try
        {
            await rows.SpecAsync(entry.Now with { Spec = spec });
        }
        catch when (live)
        {
            await Task.Run(() => Apply(entry, before.Limits), CancellationToken.None);
            sampler.Refresh(entry.Id);
            throw;
        }
        if (restart)
        {
            await rows.WantedAsync(entry.Id, entry.Wanted);   // not kept while there was no policy
        }
        events.Add(entry.Now, "update", [.. limits ? [("limits", EngineJson.Write(spec.Limits))] : Nothing, .. restart ? [("restart", EngineJson.Write(spec.Restart))] : Nothing]);
        return table.Replace(entry, container => container with { Spec = spec });
    }

    private static (string Key, string Value)[] Nothing => [];

    private static void Check(ContainerSpec spec, string name)
    {
        SpecCheck.Restart(spec.Restart);
        if (spec.AutoRemove && spec.Restart.Mode != RestartMode.No)
        {
            throw EngineException.Conflict($"Container {name} is removed when it exits, so it cannot have a restart policy.");
        }
    }

    private void Apply(ContainerEntry entry, Limits limits)
    {
        try
        {
            cgroups.Open(paths.Cgroup(entry.Now)).Apply(LimitPlans.Plan(limits));
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
