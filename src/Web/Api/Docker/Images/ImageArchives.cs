using Brig.Engine;
using Brig.Engine.Events;
using Brig.Engine.Images;

namespace Brig.Web.Api.Docker;

/// <summary>docker load and docker save.</summary>
internal static class ImageArchives
{
    public static Task<IResult> LoadAsync(HttpContext http, IImages images)
    {
        DockerBody.Unlimited(http);
        return ProgressAnswer.RunAsync(http, async answer =>
        {
            var loaded = await images.LoadNamedAsync(http.Request.Body, http.RequestAborted);
            foreach (string told in loaded.SelectMany(one => one.Names.IsEmpty ? [$"Loaded image ID: {DockerImage.IdOf(one.Image)}"] : one.Names.Select(name => $"Loaded image: {name}")).Distinct())
            {
                await answer.TellAsync(new() { Stream = told + "\n" });
            }
        });
    }

    public static IResult Save(HttpContext http, IImages images, IEvents events)
    {
        string[] names = [.. http.Request.Query["names"].Select(name => name ?? "").Where(name => name.Length > 0)];
        return names.Length > 0 ? Save(names, images, events) : throw EngineException.Invalid("Name at least one image to save (names).");
    }

    public static IResult Save(string[] names, IImages images, IEvents events)
    {
        string[] references = [.. names.SelectMany(name => References(images, name))];
        return OpenEnded.Answer("application/x-tar", async (to, stop) =>
        {
            await images.SaveAsync(references, ArchiveFormat.Docker, to, stop);
            foreach (string reference in references)
            {
                events.Tell(DockerImage.Find(images, reference).First, "save", reference);
            }
        });
    }

    /// <summary>A repository's name alone means all its tags; an id means the image without a name.</summary>
    private static string[] References(IImages images, string name)
    {
        string? plain = name.Contains('@', StringComparison.Ordinal) || name.LastIndexOf(':') > name.LastIndexOf('/') ? null : Familiar(name);
        string[] tags = plain is null ? [] : [.. DockerImage.List(images).SelectMany(image => image.Tags).Where(tag => ImageName.Parse(tag).Familiar == plain)];
        if (tags.Length > 0)
        {
            return tags;
        }
        var found = DockerImage.Find(images, name);
        return [found.Tags.FirstOrDefault(tag => tag == name || (plain is null && IsCalled(name, tag))) ?? found.First.Digest];
    }

    private static string? Familiar(string name)
    {
        try
        {
            return ImageName.Parse(name).Familiar;
        }
        catch (EngineException)
        {
            return null;    // an id
        }
    }

    private static bool IsCalled(string name, string tag) => !name.StartsWith(DockerImage.IdPrefix, StringComparison.Ordinal) && ImageName.Parse(name) is { Digest: null } parsed && parsed.ToString() == tag;
}
