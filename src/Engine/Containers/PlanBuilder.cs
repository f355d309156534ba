using System.Collections.Immutable;
using Brig.Engine.Ids;
using Brig.Engine.Images;
using Brig.Engine.Isolation;
using Brig.Engine.Isolation.Seccomp;
using Brig.Engine.Volumes;
using Brig.Linux.Cgroups;
using Brig.Linux.Wire;

namespace Brig.Engine.Containers;

/// <summary>From what was asked to what is done: everything the shim must know, with nothing left to decide.</summary>
internal sealed class PlanBuilder(
    EnginePaths paths, EngineOptions options, ImageStore images, CgroupHost cgroups, ContainerTable table, SeccompFilters seccomp, IdPool ids, VolumeStarts volumes, Pins pins, SharedMemory memory)
{
    /// <summary>Its volumes, so that it can be started: those in memory mounted, those that are new filled with what the image has.</summary>
    /// <exception cref="EngineException">One is gone, or cannot be filled.</exception>
    public Task PrepareAsync(Container container)
    {
        ImmutableArray<VolumeMount> mounts = [.. container.Spec.Mounts.Where(mount => mount.Kind == MountKind.Volume).Select(mount => new VolumeMount(mount.Source!, mount.Target, !mount.NoCopy && mount.Subpath is null))];
        return mounts.IsEmpty ? Task.CompletedTask : volumes.PrepareAsync(mounts, images.ByDigest(container.ImageDigest).Layers, first: container.State.StartedAt is null);
    }

    /// <exception cref="EngineException">What was right when it was created is so no more: a mount's source, another container.</exception>
    public ContainerPlan Build(Container container, NetworkSetup setup)
    {
        var (id, spec) = (container.Id, container.Spec);
        var image = images.ByDigest(container.ImageDigest);
        MountCheck.Sources(spec.Mounts, paths.Stacks);
        ids.Check(container.Ids);
        string folder = paths.Container(id), run = paths.Shim(id);
        string? hostname = Hostname(spec, id);
        var size = spec.TtySize ?? new(24, 80);
        var cgroup = cgroups.Open(paths.Processes(container));
        var (namespaces, belonging) = NamespacePlans.Plan(spec.Namespaces, container.Ids, table);
        var launch = new LaunchPlan
        {
            Kind = LaunchKind.Create,
            Id = id.Value,
            RunFolder = run,
            StateFolder = folder,
            Namespaces = pins.Join(id.Value, namespaces),
            AwaitNetwork = !setup.Links.IsEmpty,
            Cgroup = Cgroup(cgroup) with { MadeMeanwhile = true },
            Root = spec.Namespaces.Mount.Source == NamespaceSource.New ? Root(spec, memory.Folder(spec, id), belonging, image, folder, spec.Pod is { } pod ? paths.Container(new(pod)) : folder, hasV2: cgroup.Entry.V2Directory is not null) : null,
            Hostname = hostname,
            Sysctls = Sysctls.Plan(spec.Domainname is { } domain ? spec.Sysctls.SetItem("kernel.domainname", domain) : spec.Sysctls, spec.Namespaces),
            Process = Filtered(Process(spec, image.Config, hostname), spec.Seccomp, spec.Privileged, seccomp),
            Streams = new() { Tty = spec.Tty, Rows = (ushort)size.Rows, Columns = (ushort)size.Columns, OpenStdin = spec.OpenStdin, LogMaxSize = spec.Log?.MaxSize ?? options.LogMaxSize, LogMaxFiles = spec.Log?.Off == true ? 0 : Math.Max(1, spec.Log?.MaxFiles ?? options.LogMaxFiles) },
        };
        return new(id, folder, run, paths.Cgroup(container), paths.Processes(container), LimitPlans.Plan(spec.Limits), hostname, launch);
    }

    /// <summary>Null: its UTS namespace is not its own.</summary>
    public static string? Hostname(ContainerSpec spec, ContainerId id) => spec.Namespaces.Uts.Source == NamespaceSource.New ? spec.Hostname ?? id.Short : null;

    /// <summary>As much as its root file system alone needs, when it does not run.</summary>
    /// <exception cref="EngineException">Conflict: it has none of its own.</exception>
    public LaunchPlan RootOnly(Container container)
    {
        if (container.Spec.Namespaces.Mount.Source != NamespaceSource.New)
        {
            throw EngineException.Conflict($"Container {container.Name} has the files of {container.Spec.Namespaces.Mount.Container}; ask that one for them.");
        }
        string folder = paths.Container(container.Id);
        var maps = NamespacePlans.Map(container.Ids);
        return new()
        {
            Kind = LaunchKind.Create, Id = container.Id.Value, RunFolder = paths.Shim(container.Id), StateFolder = folder,
            Namespaces = new() { UidMap = maps, GidMap = maps },
            Root = new() { LowerDirectories = [.. images.ByDigest(container.ImageDigest).Layers.Reverse()], Upper = folder + "/upper", Work = folder + "/work" },
            Process = new() { Args = ["none"] },
        };
    }

    public static CgroupPlan Cgroup(Cgroup cgroup)
    {
        var plan = new CgroupPlan { V2Directory = cgroup.Entry.V2Directory, V1Directories = cgroup.Entry.V1Directories };
        return cgroup.OomCounter is { } counter ? plan with { OomFile = counter.File, OomKey = counter.Key } : plan;
    }

    /// <summary>A privileged container has no filter.</summary>
    public static ProcessPlan Filtered(ProcessPlan process, SeccompSpec spec, bool privileged, SeccompFilters seccomp)
    {
        var filter = privileged ? SeccompFilter.None : seccomp.For(spec, process.Capabilities.Bounding);
        return process with { Seccomp = filter.Program, SeccompFlags = filter.Flags, SeccompErrno = filter.ToldErrno };
    }

    private static ProcessPlan Process(ContainerSpec spec, ImageConfig image, string? hostname) => new()
    {
        Args = ProgramSpec.Arguments(spec, image),
        Env = ProgramSpec.Environment(image.Env, spec.Env, hostname, spec.Tty),
        WorkingDir = spec.WorkingDir ?? (string.IsNullOrEmpty(image.WorkingDir) ? "/" : image.WorkingDir),
        MakeWorkingDir = true,
        User = spec.User ?? image.User ?? "",
        Groups = spec.Groups,
        Rlimits = Rlimits.Plan(spec.Rlimits),
        Capabilities = Capabilities.Plan(spec.Privileged, spec.CapAdd, spec.CapDrop, spec.NetRaw),
        NoNewPrivileges = spec.NoNewPrivileges && !spec.Privileged,
        OomScoreAdj = OomScore.Plan(spec.OomScoreAdj),
        AppArmor = spec.Privileged ? null : AppArmor.Plan(spec.AppArmor),
        Init = spec.Init,
    };

    private RootPlan Root(ContainerSpec spec, string? shm, Belonging belonging, Image image, string folder, string etc, bool hasV2) => new()
    {
        LowerDirectories = [.. image.Layers.Reverse()],
        Upper = folder + "/upper",
        Work = folder + "/work",
        ReadOnly = spec.ReadOnlyRoot,
        Mounts = [.. MountPlans.Standard(spec, belonging, hasV2, shm), .. MountPlans.InOrder(etc, spec, volumes, paths.Stacks, shm)],
        Devices = spec.Privileged ? HostDevices.All(spec.Devices) : [.. StandardRoot.Devices, .. HostDevices.Asked(spec.Devices)],
        MaskedPaths = IsOpen(spec) ? spec.MaskedPaths : [.. StandardRoot.MaskedPaths, .. StandardRoot.MaskedHeat, .. spec.MaskedPaths],
        ReadOnlyPaths = IsOpen(spec) ? spec.ReadOnlyPaths : [.. StandardRoot.ReadOnlyPaths, .. spec.ReadOnlyPaths],
    };

    private static bool IsOpen(ContainerSpec spec) => spec.Privileged || spec.SystemPaths == SystemPaths.Unconfined;
}
