using Brig.Engine.Events;
using Brig.Engine.Images;
using Brig.Linux.Cgroups;

namespace Brig.Engine.Containers;

/// <summary>From a spec to a container that can be started. All checks come before anything is made.</summary>
internal sealed class Creator(ContainerTable table, ContainerRows rows, ImageStore images, CgroupHost cgroups, EnginePaths paths, EventLog events, TimeProvider time)
{
    public async Task<Container> CreateAsync(ContainerSpec asked, CancellationToken stop)
    {
        var image = images.Get(asked.Image);
        if (asked.Name is not null)
        {
            Names.Check(asked.Name);
        }
        var spec = WithDefaults(asked);
        SpecCheck.Check(spec, image.Config);
        LimitPlans.Check(spec.Limits, cgroups);
        NamespacePlans.Plan(spec.Namespaces, table);

        var id = ContainerId.New();
        string name = table.ClaimName(spec.Name, id);
        var container = new Container(
            id, name, spec with { Name = name }, new(ContainerStatus.Created), time.GetUtcNow(), image.Digest,
            ProgramSpec.CommandLine(ProgramSpec.Arguments(spec, image.Config)), Version: 1);
        try
        {
            Directory.CreateDirectory(paths.Container(id) + "/log");
            await rows.AddAsync(container, stop);
        }
        catch (Exception e)
        {
            table.ReleaseName(name, id);
            Trash.Delete(paths.Container(id));
            throw e is IOException full && Disk.IsFull(full) ? Disk.Full(paths.Root, full) : e is IOException ? EngineException.Failed($"The container's folder could not be made: {e.Message}", e) : e;
        }
        table.Add(container);
        events.Add("container", "create", id.Value, name, ("image", image.Reference));
        return container;
    }

    private static ContainerSpec WithDefaults(ContainerSpec spec) =>
        spec.Limits.Pids is null ? spec with { Limits = spec.Limits with { Pids = LimitPlans.DefaultPids } } : spec;
}
