using Brig.Engine;
using Brig.Engine.Containers;
using Brig.Engine.Images;
using Brig.Engine.Networks;
using Brig.Engine.Volumes;

namespace Brig.Web.Api.Docker;

/// <summary>POST /containers/create, with what clients look for in its errors.</summary>
internal sealed class DockerCreates(IContainers all, IImages images, INetworks networks, IVolumes volumes, IEngineStatus status)
{
    /// <param name="platform">That the image must be of, as <c>linux/arm64</c>; null: of any, with a warning if it is another machine's.</param>
    /// <exception cref="EngineException">NotFound: the image, whereupon the docker command pulls it. Conflict: the name. Invalid.</exception>
    public async Task<(Container Container, List<string> Warnings)> CreateAsync(DockerCreate asked, string? name, string? platform, CancellationToken stop)
    {
        name = SpecReader.Some(name?.TrimStart('/'));
        CheckName(name);
        var warnings = new List<string>();
        var image = Image(asked.Image);
        CheckPlatform(asked.Image!, $"{image.Os}/{image.Architecture}", platform, warnings);
        var spec = SpecReader.Read(asked, name, image, status.Abilities, warnings);
        spec = WithOthers(spec);
        await LinkAsync(asked, spec, stop);
        try
        {
            return (await MountVolumes.WithThemAsync(volumes, asked, spec, whole => all.CreateAsync(whole, stop), stop), warnings);
        }
        catch (EngineException e) when (name is not null && NameError(e, name, all) is { } told)
        {
            throw told;
        }
        catch (EngineException e) when (e.Kind == EngineErrorKind.NotFound)
        {
            throw Missing(e, spec);
        }
    }

    /// <summary>Invalid, for a client takes NotFound for the image's, and pulls that.</summary>
    private EngineException Missing(EngineException e, ContainerSpec spec)
    {
        foreach (string other in spec.VolumesFrom.Select(from => from.Split(':')[0]).Concat(NamespacesOf(spec)))
        {
            Other(other);
        }
        foreach (var attachment in spec.Networks ?? [])
        {
            try
            {
                NetworkTelling.Find(networks, attachment.Network);
            }
            catch (EngineException missing)
            {
                return EngineException.Invalid(missing.Message);
            }
        }
        return EngineException.Invalid(e.Message);
    }

    private static IEnumerable<string> NamespacesOf(ContainerSpec spec) =>
        new[] { spec.Namespaces.Net, spec.Namespaces.Pid, spec.Namespaces.Ipc }.Where(one => one.Source == NamespaceSource.Container).Select(one => one.Container!);

    /// <summary>Docker's have two characters at least; Brig's may have one.</summary>
    /// <exception cref="EngineException">Invalid.</exception>
    public static void CheckName(string? name)
    {
        if (name?.Length == 1)
        {
            throw NoName(name);
        }
    }

    private static EngineException NoName(string name) => EngineException.Invalid($"Invalid container name ({name}), only [a-zA-Z0-9][a-zA-Z0-9_.-] are allowed, 2 to 63");

    private static void CheckPlatform(string image, string actual, string? wanted, List<string> warnings)
    {
        if (wanted is not null && Platforms.Parse(wanted) is var platform && !Platforms.Fits(actual, platform))
        {
            throw EngineException.NotFound($"image with reference {image} was found but does not match the specified platform: wanted {platform}, actual: {actual}");
        }
        if (wanted is null && !Platforms.Fits(actual))
        {
            warnings.Add($"The requested image's platform ({actual}) does not match the detected host platform ({Platforms.Own}) and no specific platform was requested");
        }
    }

    /// <summary>Null: it is about something else.</summary>
    public static EngineException? NameError(EngineException e, string name, IContainers all)
    {
        if (e.Kind == EngineErrorKind.Conflict && all.List().FirstOrDefault(container => container.Name == name) is { } holder)
        {
            return EngineException.Conflict(
                $"Conflict. The container name \"/{name}\" is already in use by container \"{holder.Id}\". You have to remove (or rename) that container to be able to reuse that name.");
        }
        return e.Kind == EngineErrorKind.Invalid && e.Message.Contains("cannot be a name", StringComparison.Ordinal)
            ? NoName(name) : null;
    }

    /// <summary>What it has of a container whose network or IPC it shares: the host name, and a yes.</summary>
    private ContainerSpec WithOthers(ContainerSpec spec)
    {
        if (spec.Namespaces.Ipc is { Source: NamespaceSource.Container, Container: { } donor } && !Other(donor).Spec.ShareableIpc)
        {
            throw EngineException.Invalid($"can't join IPC of container {donor}: non-shareable IPC (hint: use IpcMode:shareable for the donor container)");
        }
        return spec.Namespaces.Net is { Source: NamespaceSource.Container, Container: { } owner } && spec.Namespaces.Uts == NamespaceSpec.New && Other(owner) is var other
            ? spec with { Hostname = other.Spec.Hostname ?? other.Id.Short } : spec;
    }

    /// <exception cref="EngineException">Invalid: there is none.</exception>
    private Container Other(string name)
    {
        try
        {
            return all.Named(name);
        }
        catch (EngineException e)
        {
            throw EngineException.Invalid(e.Message);
        }
    }

    /// <summary>Legacy links are names on the network that it and the other are on.</summary>
    private async Task LinkAsync(DockerCreate asked, ContainerSpec spec, CancellationToken stop)
    {
        string[] links = [.. asked.HostConfig?.Links ?? [], .. (asked.NetworkingConfig?.EndpointsConfig?.Values ?? Enumerable.Empty<EndpointSettings?>()).SelectMany(settings => settings?.Links ?? [])];
        if (links.Length == 0)
        {
            return;
        }
        Array.ForEach(links, link => Other(link.Split(':')[0]));
        await NetworkLinks.GiveAsync(all, networks, spec.Networks is [var first, ..] ? first.Network : throw EngineException.Invalid("conflicting options: this network mode and links"), links, stop);
    }

    private Image Image(string? reference)
    {
        if (string.IsNullOrEmpty(reference))
        {
            throw EngineException.Invalid("Config cannot be empty in order to create a container");
        }
        try
        {
            return images.Get(reference);
        }
        catch (EngineException e) when (e.Kind == EngineErrorKind.NotFound)
        {
            throw EngineException.NotFound($"No such image: {(reference.Contains('@', StringComparison.Ordinal) || reference.LastIndexOf(':') > reference.LastIndexOf('/') ? reference : reference + ":latest")}");
        }
    }
}
