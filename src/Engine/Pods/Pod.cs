using System.Collections.Immutable;
using Brig.Engine.Containers;

namespace Brig.Engine.Pods;

public enum PodStatus { Created, Running, Stopped }

/// <summary>A pod as it is.</summary>
/// <param name="Id">Also that of its sandbox: what is sampled under it is the use of the whole.</param>
/// <param name="Members">In the order in which they are started.</param>
/// <param name="Error">Why its last start failed; null when it did not.</param>
public sealed record Pod(
    ContainerId Id, string Name, PodSpec Spec, PodStatus Status, ImmutableArray<PodMember> Members, DateTimeOffset CreatedAt, DateTimeOffset? StartedAt, string? Error)
{
    /// <summary>Every pod among these containers, oldest first.</summary>
    public static ImmutableArray<Pod> All(ImmutableArray<Container> containers) =>
        [.. containers.Where(one => one.Spec.Sandbox is not null).OrderBy(one => one.CreatedAt).Select(one => Of(one, containers))];

    /// <param name="sandbox">One with a <see cref="ContainerSpec.Sandbox"/>.</param>
    /// <param name="containers">All there are.</param>
    public static Pod Of(Container sandbox, ImmutableArray<Container> containers)
    {
        var (spec, state) = (sandbox.Spec, sandbox.State);
        return new(
            sandbox.Id, sandbox.Name,
            new()
            {
                Name = sandbox.Name, SharePid = spec.Sandbox!.SharePid, Hostname = spec.Hostname, Networks = spec.Networks, Ports = spec.Ports, Dns = spec.Dns, ExtraHosts = spec.ExtraHosts,
                Sysctls = spec.Sysctls, Limits = spec.Limits, Labels = spec.Labels,
            },
            state.Status switch { ContainerStatus.Running or ContainerStatus.Paused => PodStatus.Running, ContainerStatus.Created => PodStatus.Created, _ => PodStatus.Stopped },
            [.. containers.Where(one => one.Spec.Pod == sandbox.Id.Value).OrderBy(one => one.CreatedAt).Select(one => new PodMember(one.Id, one.Name, one.Spec.Image, one.State))],
            sandbox.CreatedAt, state.StartedAt, state.Error);
    }
}

public sealed record PodMember(ContainerId Id, string Name, string Image, ContainerState State);
