using System.Collections.Immutable;
using Brig.Engine.Images;
using Brig.Linux.Cgroups;
using Brig.Linux.Wire;

namespace Brig.Engine.Containers;

/// <summary>From what was asked to what is done: everything the shim must know, with nothing left to decide.</summary>
internal sealed class PlanBuilder(EnginePaths paths, EngineOptions options, ImageStore images, CgroupHost cgroups, ContainerTable table)
{
    /// <exception cref="EngineException">What was right when it was created is so no more: a mount's source, another container.</exception>
    public ContainerPlan Build(Container container)
    {
        var (id, spec) = (container.Id, container.Spec);
        var image = images.ByDigest(container.ImageDigest);
        SpecCheck.MountSources(spec.Mounts);
        string folder = paths.Container(id), run = paths.Shim(id);
        string? hostname = spec.Namespaces.Uts.Source == NamespaceSource.New ? spec.Hostname ?? id.Short : null;
        var cgroup = cgroups.Open(paths.Cgroup(id));
        var launch = new LaunchPlan
        {
            Kind = LaunchKind.Create,
            Id = id.Value,
            RunFolder = run,
            StateFolder = folder,
            Namespaces = NamespacePlans.Plan(spec.Namespaces, table),
            Cgroup = Cgroup(cgroup),
            Root = spec.Namespaces.Mount.Source == NamespaceSource.New ? Root(spec, image, folder, hasV2: cgroup.Entry.V2Directory is not null) : null,
            Hostname = hostname,
            Sysctls = Sysctls.Plan(spec.Sysctls, spec.Namespaces),
            Process = Process(spec, image.Config, hostname),
            Streams = new() { Tty = spec.Tty, OpenStdin = spec.OpenStdin, LogMaxSize = options.LogMaxSize, LogMaxFiles = options.LogMaxFiles },
        };
        return new(id, folder, run, paths.Cgroup(id), LimitPlans.Plan(spec.Limits), hostname, launch);
    }

    public static CgroupPlan Cgroup(Cgroup cgroup)
    {
        var plan = new CgroupPlan { V2Directory = cgroup.Entry.V2Directory, V1Directories = cgroup.Entry.V1Directories };
        return cgroup.OomCounter is { } counter ? plan with { OomFile = counter.File, OomKey = counter.Key } : plan;
    }

    private static ProcessPlan Process(ContainerSpec spec, ImageConfig image, string? hostname) => new()
    {
        Args = ProgramSpec.Arguments(spec, image),
        Env = ProgramSpec.Environment(image.Env, spec.Env, hostname, spec.Tty),
        WorkingDir = spec.WorkingDir ?? (string.IsNullOrEmpty(image.WorkingDir) ? "/" : image.WorkingDir),
        MakeWorkingDir = true,
        User = spec.User ?? image.User ?? "",
        Rlimits = Rlimits.Plan(spec.Rlimits),
        Capabilities = CapabilityPlan.Of(Capabilities.Mask(spec.Privileged, spec.CapAdd, spec.CapDrop)),
        NoNewPrivileges = !spec.Privileged,
        OomScoreAdj = null,
        Init = spec.Init,
    };

    private static RootPlan Root(ContainerSpec spec, Image image, string folder, bool hasV2) => new()
    {
        LowerDirectories = [.. image.Layers.Reverse()],
        Upper = folder + "/upper",
        Work = folder + "/work",
        ReadOnly = spec.ReadOnlyRoot,
        Mounts = [.. MountPlans.Standard(spec, hasV2), .. MountPlans.HostFiles(folder), .. spec.Mounts.Select(MountPlans.Asked)],
        Devices = spec.Privileged ? HostDevices.All() : StandardRoot.Devices,
        MaskedPaths = spec.Privileged ? [] : StandardRoot.MaskedPaths,
        ReadOnlyPaths = spec.Privileged ? [] : StandardRoot.ReadOnlyPaths,
    };
}
