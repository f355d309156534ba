using System.Collections.Immutable;
using System.Globalization;
using Brig.Engine.Build;
using Brig.Engine.Networks;
using Brig.Engine.Stacks.Compose;
using Brig.Engine.Stacks.Files;
using Brig.Engine.Volumes;

namespace Brig.Engine.Stacks.Plans;

/// <summary>From a project to all that is to be there.</summary>
/// <param name="files">The Compose files, for whoever reads the labels.</param>
/// <param name="contents">Of configs and secrets.</param>
internal sealed class DesiredMaker(string id, string stack, ComposeProject project, StackFolder folder, ImmutableArray<string> files, ImmutableArray<string> profiles, FileContents contents)
{
    private readonly SpecMaker _specs = new(stack, project, folder);

    /// <exception cref="EngineException">Invalid.</exception>
    public DesiredStack Make()
    {
        var services = project.Enabled(profiles).ToArray();
        foreach (var service in services)
        {
            if (service.DependsOn.FirstOrDefault(needed => needed.Required && services.All(other => other.Name != needed.Service)) is { } missing)
            {
                throw EngineException.Invalid($"{missing.Place}: {service.Name} depends on {missing.Service}, whose profiles are not chosen.");
            }
        }
        // What no service uses is not made.
        string[] networks = [.. services.SelectMany(KeysOfNetworks).Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal)];
        var volumes = services.SelectMany(service => service.Mounts).Where(mount => mount.Kind == ServiceMountKind.Volume).Select(mount => mount.Source).ToHashSet(StringComparer.Ordinal);
        return new(id, stack, [.. networks.Select(Network)], [.. project.Volumes.Values.Where(volume => volumes.Contains(volume.Key)).Select(Volume)], [.. services.Select(Service)]);
    }

    private static IEnumerable<string> KeysOfNetworks(ComposeService service) =>
        service.NetworkMode is not (null or "bridge" or "default") ? [] : service.Networks.IsEmpty ? ["default"] : service.Networks.Select(network => network.Network);

    private DesiredNetwork Network(string key)
    {
        var asked = project.Networks.GetValueOrDefault(key) ?? new ComposeNetwork(key, null, false, new("", 1, 1));
        var spec = new NetworkSpec
        {
            Name = _specs.NetworkOf(key),
            Subnets = [.. asked.Pools.Where(pool => pool.Subnet is not null).Select(pool => new SubnetSpec(pool.Subnet!) { Gateway = pool.Gateway, Range = pool.Range })],
            EnableIpv6 = asked.EnableIpv6,
            Internal = asked.Internal,
            Masquerade = asked.Masquerade,
            Mtu = asked.Mtu,
            Labels = asked.Labels.ToImmutableDictionary(),
        };
        if (asked.External)
        {
            return new(key, spec, null);
        }
        string hash = CanonicalJson.Hash(CanonicalJson.Write(spec));
        return new(key, spec with { Labels = Labelled(spec.Labels, (Labels.Network, key), (Labels.ConfigHash, hash)) }, hash);
    }

    private DesiredVolume Volume(ComposeVolume asked) => new(
        asked.Key,
        new VolumeSpec(_specs.VolumeOf(asked.Key)) { Options = asked.Options.ToImmutableDictionary(), Labels = Labelled(asked.Labels.ToImmutableDictionary(), (Labels.Volume, asked.Key)) },
        asked.External);

    private DesiredService Service(ComposeService service)
    {
        var spec = _specs.Make(service);
        var mounted = contents.Of(project, service);
        string hash = CanonicalJson.Hash(CanonicalJson.Write(spec) + string.Concat(mounted.Select(file => $"\n{file.Target} {file.Fingerprint} {file.Uid} {file.Gid} {file.Mode}")));
        return new(service.Name, service, spec, hash, Build(service), mounted, [.. Enumerable.Range(1, service.Replicas).Select(number => Container(service, spec, hash, number))]);
    }

    private DesiredContainer Container(ComposeService service, Containers.ContainerSpec spec, string hash, int number)
    {
        string name = number == 1 || service.ContainerName is null ? _specs.ContainerOf(service.Name, number) : $"{service.ContainerName}-{number}";
        return new(service.Name, number, name, spec with
        {
            Name = name,
            Ports = SpecMaker.Ports(service, number),
            Labels = Labelled(spec.Labels, (Labels.Service, service.Name), (Labels.Number, number.ToString(CultureInfo.InvariantCulture)), (Labels.ConfigHash, hash), (Labels.OneOff, "False"), (Labels.WorkingDir, folder.Root), (Labels.ConfigFiles, string.Join(',', files.Select(file => file.StartsWith('/') ? file : $"{folder.Root}/{file}")))),
        });
    }

    private DesiredBuild? Build(ComposeService service) => service.Build is not { } build ? null : new(
        new BuildRequest
        {
            Dockerfile = build.Inline,
            DockerfilePath = build.Dockerfile,
            Tags = [_specs.ImageOf(service), .. build.Tags],
            Target = build.Target,
            Arguments = build.Arguments.ToImmutableDictionary(),
            Labels = build.Labels.ToImmutableDictionary(),
            NoCache = build.NoCache,
            Pull = build.Pull,
            Network = build.Network,
            HostNetwork = build.HostNetwork,
            ExtraHosts = build.ExtraHosts,
            SharedMemory = build.ShmBytes,
            Rlimits = build.Ulimits,
        },
        folder.OnHost(build.Context),
        service.Pull == PullPolicy.Build,
        folder.IsHosts ? null : folder.Root);

    private ImmutableDictionary<string, string> Labelled(ImmutableDictionary<string, string> own, params (string Key, string Value)[] more) =>
        own.SetItem(Labels.Project, stack).SetItem(Labels.Stack, id).SetItems(more.Select(pair => KeyValuePair.Create(pair.Key, pair.Value)));
}
