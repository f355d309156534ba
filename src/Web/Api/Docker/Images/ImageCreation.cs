using Brig.Engine;
using Brig.Engine.Build;
using Brig.Engine.Images;
using Brig.Engine.Images.Registry;
using Brig.Engine.Tasks;

namespace Brig.Web.Api.Docker;

/// <summary>POST /images/create: a pull, or an import of the body.</summary>
internal static class ImageCreation
{
    public static Task<IResult> CreateAsync(HttpContext http, IImages images, IRegistries registries, ITasks tasks) =>
        DockerQuery.Text(http, "fromImage") is { } from ? PullAsync(http, from, images, registries, tasks)
        : DockerQuery.Text(http, "fromSrc") is { } source ? ImportAsync(http, source, images)
        : throw EngineException.Invalid("Name an image to pull (fromImage), or send one to import (fromSrc=-).");

    private static async Task<IResult> PullAsync(HttpContext http, string from, IImages images, IRegistries registries, ITasks tasks)
    {
        var name = DockerImage.Name(from);
        bool isWhole = name.Digest is not null || from.LastIndexOf(':') > from.LastIndexOf('/');
        string? tag = DockerQuery.Text(http, "tag"), platform = DockerQuery.Text(http, "platform");
        var login = DockerLogin.Of(http);
        string[] wanted = tag is not null ? [DockerImage.Name(ImageName.IsDigest(tag) ? $"{name.Familiar}@{tag}" : $"{name.Familiar}:{tag}").ToString()]
            : isWhole ? [name.ToString()]
            : [.. (await registries.TagsAsync(name.Familiar, null, login, http.RequestAborted)).Select(one => $"{name.Familiar}:{one}")];     // Docker's -a
        return await ProgressAnswer.RunAsync(http, async answer =>
        {
            foreach (string reference in wanted)
            {
                await PullAsync(http, reference, platform, login, answer, images, registries, tasks);
            }
        });
    }

    private static async Task PullAsync(
        HttpContext http, string reference, string? platform, RegistryLogin? login, ProgressAnswer answer, IImages images, IRegistries registries, ITasks tasks)
    {
        var name = ImageName.Parse(reference);
        string? before = Current(images, reference) is { } known ? DockerImage.IdOf(known) : null;
        var pull = await registries.PullAsync(reference, platform, login, http.RequestAborted);
        var progress = new LayerProgress(answer, Words);
        bool isFirst = true;
        var ended = await TaskWatch.RunAsync(tasks, pull.Id, async task =>
        {
            if (isFirst && (task.Steps.Length > 0 || task.State == EngineTaskState.Succeeded))
            {
                isFirst = false;
                await answer.TellAsync(new() { Status = $"Pulling from {name.Repository}", Id = name.Tag ?? name.Digest });
            }
            await progress.TellAsync(task);
        }, http.RequestAborted);
        if (ended is { State: EngineTaskState.Failed, ErrorKind: EngineErrorKind.NotFound })
        {
            throw EngineException.NotFound($"manifest for {reference} not found: {ended.Error}");
        }
        TaskWatch.Check(ended);
        var image = images.Get(ended.Result!);
        await answer.TellAsync(new() { Status = $"Digest: {Published(image, name)}" });
        await answer.TellAsync(new() { Status = before == DockerImage.IdOf(image) ? $"Status: Image is up to date for {reference}" : $"Status: Downloaded newer image for {reference}" });
    }

    private static IEnumerable<LayerWord> Words(TaskStep step) => step.Phase switch
    {
        "waiting" => [new("Pulling fs layer")],
        "shared" => [new("Waiting")],
        "downloading" => [new("Downloading", IsMeasured: true)],
        "unpacking" => [new("Extracting")],
        "exists" => [new("Already exists")],
        "pulled" => [new("Download complete"), new("Pull complete")],
        _ => [],
    };

    private static string Published(Image image, ImageName name) =>
        image.Published.LastOrDefault(published => published.StartsWith(name.Familiar + "@", StringComparison.Ordinal)) is { } known ? known[(name.Familiar.Length + 1)..] : image.Digest;

    private static Image? Current(IImages images, string reference)
    {
        try
        {
            return images.Get(reference);
        }
        catch (EngineException e) when (e.Kind == EngineErrorKind.NotFound)
        {
            return null;
        }
    }

    private static Task<IResult> ImportAsync(HttpContext http, string source, IImages images)
    {
        if (source != "-")
        {
            throw EngineException.Invalid("Brig imports what it is sent (fromSrc=-), not what lies at an address: download it, and send it.");
        }
        string? reference = DockerQuery.Text(http, "repo") is { } repository ? DockerImage.Tagged(repository, DockerQuery.Text(http, "tag")) : null;
        var config = ConfigChanges.Apply(new(), http.Request.Query["changes"]);
        string? platform = DockerQuery.Text(http, "platform") is { } asked ? Platforms.Parse(asked) : null;
        DockerBody.Unlimited(http);
        return ProgressAnswer.RunAsync(http, async answer =>
        {
            var made = await images.ImportAsync(new ImageImport(reference, config, DockerQuery.Text(http, "message")) { Platform = platform }, http.Request.Body, http.RequestAborted);
            await answer.TellAsync(new() { Status = DockerImage.IdOf(made) });
        });
    }
}
