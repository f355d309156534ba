using System.Collections.Immutable;
using Brig.Engine.Containers;
using Brig.Engine.Networks;
using Brig.Engine.Stacks.Plans;
using Brig.Engine.Volumes;

namespace Brig.Engine.Stacks.Applying;

/// <summary>From what is asked for to a container: what is only known on this machine is put in.</summary>
internal sealed class ContainerMaker(IContainers containers, INetworks networks, SecretFiles files)
{
    /// <param name="round">Of the apply.</param>
    /// <param name="before">The one it comes after, whose volumes without names it takes over.</param>
    public async Task<Container> CreateAsync(DesiredService service, DesiredContainer wanted, string round, Container? before, CancellationToken stop)
    {
        using var placed = await files.MakeAsync(service.Files);
        var spec = wanted.Spec with
        {
            Labels = (placed.Label is { } label ? wanted.Spec.Labels.SetItem(Labels.Files, label) : wanted.Spec.Labels.Remove(Labels.Files)).SetItem(Labels.Round, round),
            Mounts = [.. Kept(wanted.Spec, before), .. placed.Mounts],
            ExtraHosts = [.. wanted.Spec.ExtraHosts.Select(line => Resolved(line, wanted.Spec))],
        };
        return await containers.CreateAsync(spec, stop);
    }

    /// <summary>Its own mounts; a volume without a name is the one that the container before had there.</summary>
    private static IEnumerable<MountSpec> Kept(ContainerSpec spec, Container? before)
    {
        var theirs = before?.Spec.Mounts.Where(mount => mount.Kind == MountKind.Volume && mount.Source is not null) ?? [];
        var named = spec.Mounts.Where(mount => mount.Kind == MountKind.Volume).Select(mount => mount.Source).ToHashSet(StringComparer.Ordinal);
        foreach (var mount in spec.Mounts)
        {
            yield return mount is { Kind: MountKind.Volume, Source: null } && theirs.FirstOrDefault(other => other.Target == mount.Target) is { } kept ? mount with { Source = kept.Source } : mount;
        }
        foreach (var anonymous in theirs.Where(mount => VolumeNames.IsId(mount.Source!) && spec.Mounts.All(own => own.Target != mount.Target) && !named.Contains(mount.Source)))
        {
            yield return anonymous;     // the image asks for it
        }
    }

    private string Resolved(string line, ContainerSpec spec)
    {
        const string Gateway = ":host-gateway";
        if (!line.EndsWith(Gateway, StringComparison.Ordinal))
        {
            return line;
        }
        string? address = spec.Namespaces.Net == NamespaceSpec.Host ? "127.0.0.1" : spec.Networks is [var first, ..] ? networks.Get(first.Network).Plan.Ipv4?.Gateway : null;
        return address is null
            ? throw EngineException.Invalid($"{line}: The container is in no network with a gateway, so it cannot reach this machine.")
            : line[..^Gateway.Length] + ":" + address;
    }
}
