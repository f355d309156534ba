using System.Collections.Immutable;
using Brig.Engine.Events;
using Brig.Engine.Ids;
using Brig.Engine.Images;
using Brig.Engine.Isolation.Seccomp;
using Brig.Engine.Networks;
using Brig.Engine.Volumes;
using Brig.Linux.Cgroups;

namespace Brig.Engine.Containers;

/// <summary>From a spec to a container that can be started. All checks come before anything is made.</summary>
internal sealed class Creator(
    ContainerTable table, ContainerRows rows, ImageStore images, Leases leases, CgroupHost cgroups, IdPool idPool, UsersTrial users, EnginePaths paths, SeccompFilters seccomp, VolumeClaims volumes,
    DefaultNetwork network, EndpointBook endpoints, EventLog events, TimeProvider time)
{
    public async Task<Container> CreateAsync(ContainerSpec asked, CancellationToken stop)
    {
        asked = PodMembership.Join(asked, table);
        using var lease = leases.New();     // until the container is in the table the image must not go
        var image = images.Hold(asked.Image, lease);
        if (asked.Name is not null)
        {
            Names.Check(asked.Name);
        }
        var spec = VolumeExpansion.Expand(WithDefaults(asked), image.Config, table);
        SpecCheck.Check(spec, image.Config);
        LimitPlans.Check(spec.Limits, cgroups);
        var shared = NamespacePlans.SharedIds(spec.Namespaces, table);
        if (spec.Pod is null)   // a pod is started with the first of its containers
        {
            NamespacePlans.Plan(spec.Namespaces, shared, table);
        }
        seccomp.Check(spec);
        spec = spec with { Networks = await network.ResolveAsync(spec, stop) };

        await endpoints.SettledAsync(spec.Networks ?? [], stop);

        var id = ContainerId.New();
        string name = table.ClaimName(spec.Name, id);
        using var claim = await ClaimAsync(spec, name, id, stop);
        spec = VolumeExpansion.WithNames(spec, claim.Names);
        var (ids, places) = Take(spec, shared, name, id);
        var container = new Container(
            id, name, spec with { Name = name }, new(ContainerStatus.Created), time.GetUtcNow(), image.Digest,
            ProgramSpec.CommandLine(ProgramSpec.Arguments(spec, image.Config)), Version: 1) { Ids = ids, Endpoints = places };
        try
        {
            await MakeAsync(container, claim, stop);
        }
        catch (Exception e)
        {
            table.ReleaseName(name, id);
            idPool.Release(ids);
            endpoints.Release(places);
            Trash.Delete(paths.Container(id));
            throw e is IOException full && Disk.IsFull(full) ? Disk.Full(paths.Root, full) : e is IOException ? EngineException.Failed($"The container's folder could not be made: {e.Message}", e) : e;
        }
        table.Add(container);
        claim.Kept();
        events.Add(container, "create", [("image", image.Reference), .. ids is null ? (IEnumerable<(string, string)>)[("users", "host")] : []]);
        return container;
    }

    private async Task<VolumeClaim> ClaimAsync(ContainerSpec spec, string name, ContainerId id, CancellationToken stop)
    {
        try
        {
            return await volumes.TakeAsync([.. spec.Mounts.Where(mount => mount.Kind == MountKind.Volume).Select(mount => mount.Source)], name, stop);
        }
        catch
        {
            table.ReleaseName(name, id);
            throw;
        }
    }

    /// <summary>Ids and addresses of its own: both, or neither.</summary>
    private (UserIds? Ids, ImmutableArray<Endpoint> Places) Take(ContainerSpec spec, UserIds? shared, string name, ContainerId id)
    {
        ImmutableArray<Endpoint> places = [];
        try
        {
            places = endpoints.Take(id, spec.Networks ?? []);
            if (spec.Namespaces.User.Source == NamespaceSource.New)
            {
                return (idPool.Take(), places);
            }
            idPool.Hold(shared);
            return (shared, places);
        }
        catch
        {
            endpoints.Release(places);
            table.ReleaseName(name, id);
            throw;
        }
    }

    /// <summary>The row waits for the disk, the folders for the processor.</summary>
    private async Task MakeAsync(Container container, VolumeClaim claim, CancellationToken stop)
    {
        var folders = Task.Run(() => ContainerFolders.Make(paths.Container(container.Id), PlanBuilder.Hostname(container.Spec, container.Id), container), CancellationToken.None);
        try
        {
            await rows.AddAsync(container, claim, stop);
        }
        catch
        {
            await folders.ContinueWith(_ => { }, TaskScheduler.Default);   // before they are taken away again
            throw;
        }
        try
        {
            await folders;
        }
        catch
        {
            await rows.RemoveAsync(container.Id, claim.Made, null);
            throw;
        }
    }

    private ContainerSpec WithDefaults(ContainerSpec spec) => spec with
    {
        Limits = spec.Sandbox is not null ? spec.Limits : spec.Limits with { Pids = spec.Limits.Pids ?? LimitPlans.DefaultPids },
        Namespaces = NamespacePlans.Resolve(spec, table, users.Failure),
    };
}
