using System.Collections.Immutable;
using Brig.Engine;
using Brig.Engine.Containers;
using Brig.Engine.Images;
using Brig.Engine.Networks;
using Brig.Engine.Volumes;

namespace Brig.Web.Api.Docker;

/// <summary>What is looked up elsewhere to tell of a container, each once for an answer.</summary>
internal sealed class ContainerView(IImages images, INetworks networks, IVolumes volumes, ApiVersion version)
{
    private readonly Dictionary<string, Image?> _images = [];

    /// <summary>Of the request.</summary>
    public ApiVersion Version => version;

    /// <summary>Null: it is gone, which cannot be while a container has it.</summary>
    public Image? Image(Container container)
    {
        if (!_images.TryGetValue(container.ImageDigest, out var image))
        {
            image = Try(() => images.Get(container.ImageDigest));
            _images.Add(container.ImageDigest, image);
        }
        return image;
    }

    /// <summary>Null: no image is called so.</summary>
    public Image? Ancestor(string reference) => Try(() => images.Get(reference));

    /// <summary>What Docker calls the image's id.</summary>
    public string ImageId(Container container) => Image(container)?.ConfigDigest is { Length: > 0 } id ? id : container.ImageDigest;

    /// <summary>By the networks' names in Docker.</summary>
    public Dictionary<string, EndpointSettings> Places(Container container) => Endpoints.Of(container, networks, version);

    public Volume? Volume(string name) => Try(() => volumes.Get(name));

    /// <summary>The image's, with its own over them.</summary>
    public Dictionary<string, string> Labels(Container container)
    {
        var labels = new Dictionary<string, string>(Image(container)?.Config.Labels ?? ImmutableDictionary<string, string>.Empty);
        foreach (var (key, value) in container.Spec.Labels)
        {
            labels[key] = value;
        }
        return labels;
    }

    private static T? Try<T>(Func<T> find)
        where T : class
    {
        try
        {
            return find();
        }
        catch (EngineException e) when (e.Kind is EngineErrorKind.NotFound or EngineErrorKind.Invalid)
        {
            return null;
        }
    }
}
