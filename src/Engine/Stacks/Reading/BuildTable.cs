using Brig.Engine.Stacks.Compose;

namespace Brig.Engine.Stacks.Reading;

internal static class BuildTable
{
    private static readonly Table<ComposeBuild> LongForm = new Table<ComposeBuild>("build", "a build", node => new(MountShapes.Resolve(node, "."), node.Place))
        .Add("context", Scalars.Text.To((path, node, _) => (true, MountShapes.Resolve(node, path))), (build, value) => build with { Context = value }, "The folder that is sent to the build.")
        .Add("dockerfile", Scalars.Text, (build, value) => build with { Dockerfile = value }, "Relative to the context.")
        .Add("dockerfile_inline", Scalars.Text, (build, value) => build with { Inline = value }, "The Dockerfile itself.")
        .Add("args", Pairs.WithNull, (build, value) => build with { Arguments = value.WithValues() }, "Values for ARG.")
        .Add("labels", Pairs.Plain, (build, value) => build with { Labels = value })
        .Add("target", Scalars.Text, (build, value) => build with { Target = value }, "The stage to build; else the last.")
        .Add("tags", Shapes.ListOf(Scalars.Text), (build, value) => build with { Tags = value }, "More names for the image.")
        .Add("no_cache", Scalars.Bool, (build, value) => build with { NoCache = value }, "Run every step again.")
        .Add("pull", Scalars.Bool, (build, value) => build with { Pull = value }, "Ask for newer base images.")
        .Add("network", Scalars.Word(("default", (true, false)), ("none", (false, false)), ("host", (true, true))), (build, value) => build with { Network = value.Item1, HostNetwork = value.Item2 },
            "default: RUN is on the network of containers that name none. none: it has none. host: it has the machine's own, its services too.")
        .Add("extra_hosts", ServiceTable.ExtraHosts, (build, value) => build with { ExtraHosts = value }, "More lines of each RUN's /etc/hosts, as name=address.")
        .Add("shm_size", Scalars.Bytes, (build, value) => build with { ShmBytes = value }, "Bytes of each RUN's /dev/shm.")
        .Add("ulimits", ServiceTable.Ulimits, (build, value) => build with { Ulimits = value }, "As nofile, of getrlimit(2), for each RUN.")
        .Add("platforms", Shapes.ListOf(Scalars.Platform), (build, _) => build, "This machine's: there is no other here.")
        .Unused("cache_from", "Brig keeps the steps of its own builds.")
        .Unused("cache_to", "Brig keeps the steps of its own builds.")
        .Refuse("additional_contexts", "a build of Brig has one context.")
        .Refuse("secrets", "a stack's build has none; build its image by the command of the page Images, and name it here.")
        .Refuse("ssh", "a build of Brig has no SSH agent.")
        .Refuse("privileged", "a build's steps are never privileged.")
        .Refuse("entitlements", "a build's steps have no more rights than others.")
        .Refuse("isolation", "that is of Windows.");

    public static readonly Shape<ComposeBuild> Shape = Shapes.OneOf(
        scalar: Scalars.Text.To((path, node, _) => (true, new ComposeBuild(MountShapes.Resolve(node, path), node.Place))),
        map: LongForm);
}
