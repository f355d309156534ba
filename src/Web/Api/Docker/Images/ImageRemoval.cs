using System.Collections.Immutable;
using Brig.Engine;
using Brig.Engine.Containers;
using Brig.Engine.Images;

namespace Brig.Web.Api.Docker;

/// <summary>
/// DELETE /images/{name}, with Docker's rules: a name goes if the image has another; the last one takes the image with it, unless a container is made from it. Force takes names from under containers;
/// the image itself stays as long as one is made from it, as dangling, and goes by the next prune after that.
/// </summary>
internal static class ImageRemoval
{
    public static async Task<IResult> RemoveAsync(HttpContext http, string path, IImages images, IContainers containers)
    {
        string name = DockerImageRoutes.Plain(path);
        bool force = DockerQuery.Flag(http, "force");
        var image = DockerImage.Find(images, name);
        string[] names = [.. image.Tags, .. image.Parts.SelectMany(part => part.Digests)];
        string? tag = names.FirstOrDefault(one => one == NameOf(name));
        var users = Users(image, containers);
        var removed = new List<RemovedImage>();
        if (tag is not null && names.Length > 1)
        {
            await images.UntagAsync(tag, http.RequestAborted);
            removed.Add(new() { Untagged = tag });
            return DockerJson.Answer(removed.ToArray());
        }
        if (!force)
        {
            Check(image, tag, users);
        }
        else if (tag is null && users.FirstOrDefault(user => user.State.Status is ContainerStatus.Running or ContainerStatus.Paused) is { } running)
        {
            throw EngineException.Conflict($"conflict: unable to delete {image.ShortId} (cannot be forced) - image is being used by running container {Short(running)}");
        }
        removed.AddRange(names.Union(image.Digests).Select(one => new RemovedImage { Untagged = one }));
        if (users.Length > 0)
        {
            foreach (string one in names)
            {
                await images.UntagAsync(one, http.RequestAborted);
            }
            return DockerJson.Answer(removed.ToArray());
        }
        foreach (var part in image.Parts)
        {
            await images.RemoveAllTagsAsync(part.Digest, http.RequestAborted);
        }
        removed.Add(new() { Deleted = image.Id });
        return DockerJson.Answer(removed.ToArray());
    }

    private static void Check(DockerImage image, string? tag, ImmutableArray<Container> users)
    {
        if (tag is not null)
        {
            if (users is [var first, ..])
            {
                throw EngineException.Conflict($"conflict: unable to remove repository reference \"{tag}\" (must force) - container {Short(first)} is using its referenced image {image.ShortId}");
            }
            return;
        }
        if (image.Tags.Select(one => ImageName.Parse(one).Familiar).Distinct().Count() > 1)
        {
            throw EngineException.Conflict($"conflict: unable to delete {image.ShortId} (must be forced) - image is referenced in multiple repositories");
        }
        if (users is [var user, ..])
        {
            bool runs = user.State.Status is ContainerStatus.Running or ContainerStatus.Paused;
            throw EngineException.Conflict(
                $"conflict: unable to delete {image.ShortId} ({(runs ? "cannot be forced" : "must be forced")}) - image is being used by {(runs ? "running" : "stopped")} container {Short(user)}");
        }
    }

    /// <summary>Running ones first.</summary>
    private static ImmutableArray<Container> Users(DockerImage image, IContainers containers) =>
        [.. containers.List().Where(container => image.Parts.Any(part => part.Digest == container.ImageDigest)).OrderBy(container => container.State.Status is not (ContainerStatus.Running or ContainerStatus.Paused))];

    private static string Short(Container container) => container.Id.Value[..Math.Min(12, container.Id.Value.Length)];

    private static string? NameOf(string name)
    {
        try
        {
            return ImageName.Parse(name).ToString();
        }
        catch (EngineException)
        {
            return null;    // an id
        }
    }
}
