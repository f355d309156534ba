using System.Text.Json;
using Brig.Engine;
using Brig.Engine.Images;
using Brig.Engine.Images.Registry;
using Brig.Engine.Tasks;

namespace Brig.Web.Api.Docker;

/// <summary>POST /images/{name}/push: one tag, or all of the repository.</summary>
internal static class ImagePush
{
    public static async Task<IResult> PushAsync(HttpContext http, string path, IImages images, IRegistries registries, ITasks tasks)
    {
        var name = DockerImage.Name(path);
        bool isWhole = path.LastIndexOf(':') > path.LastIndexOf('/');
        var login = DockerLogin.Of(http);
        var all = DockerImage.List(images).SelectMany(image => image.Tags).Where(tag => ImageName.Parse(tag).Familiar == name.Familiar);
        string? wanted = DockerQuery.Text(http, "tag") is { } tag ? DockerImage.Tagged(name.Familiar, tag) : isWhole ? name.ToString() : null;
        string[] tags = [.. wanted is null ? all : all.Where(one => one == wanted)];
        if (tags.Length == 0)
        {
            throw EngineException.NotFound($"An image does not exist locally with the tag: {(wanted is null ? name.Familiar : wanted)}");
        }
        if (Platform(http) is { } platform)
        {
            Array.ForEach(tags, one => Check(one, images.Get(one), platform));
        }
        return await ProgressAnswer.RunAsync(http, async answer =>
        {
            await answer.TellAsync(new() { Status = $"The push refers to repository [{name.Registry}/{name.Repository}]" });
            foreach (string one in tags)
            {
                await PushAsync(http, one, login, answer, registries, tasks);
            }
        });
    }

    /// <summary>Of which it shall be, which clients can say since 1.46; null: of whichever it is.</summary>
    private static string? Platform(HttpContext http) =>
        ApiVersion.Of(http).IsBefore(1, 46) || DockerQuery.Text(http, "platform") is not { } text ? null
        : JsonSerializer.Deserialize(text, DockerJson.Of<PlatformAnswer>()) is { } asked ? Platforms.Parse(string.Join('/', new[] { asked.Os, asked.Architecture, asked.Variant }.Where(part => !string.IsNullOrEmpty(part))))
        : throw EngineException.Invalid("The platform must be JSON, as {\"os\":\"linux\",\"architecture\":\"arm64\"}.");

    private static void Check(string tag, Image image, string platform)
    {
        if (!Platforms.Fits($"{image.Os}/{image.Architecture}", platform))
        {
            throw EngineException.NotFound($"image with reference {tag} was found but does not match the specified platform: wanted {platform}, actual: {image.Os}/{image.Architecture}");
        }
    }

    private static async Task PushAsync(HttpContext http, string reference, RegistryLogin? login, ProgressAnswer answer, IRegistries registries, ITasks tasks)
    {
        string tag = ImageName.Parse(reference).Tag!;
        var push = await registries.PushAsync(reference, login, http.RequestAborted);
        var progress = new LayerProgress(answer, Words);
        var ended = await TaskWatch.RunAsync(tasks, push.Id, progress.TellAsync, http.RequestAborted);
        TaskWatch.Check(ended);
        long size = ended.Steps.FirstOrDefault(step => step.Id == IRegistries.ManifestStep)?.Done ?? 0;
        await answer.TellAsync(new() { Status = $"{tag}: digest: {ended.Result} size: {size}" });
        await answer.TellAsync(new() { ProgressDetail = new(), Aux = new() { Tag = tag, Digest = ended.Result, Size = size } });
    }

    private static IEnumerable<LayerWord> Words(TaskStep step) => (step.Id == IRegistries.ManifestStep ? "" : step.Phase) switch
    {
        "waiting" => [new("Preparing")],
        "packing" => [new("Waiting")],
        "pushing" => [new("Pushing", IsMeasured: true)],
        "exists" => [new("Layer already exists")],
        "mounted" => [new("Mounted")],
        "pushed" => [new("Pushed")],
        _ => [],
    };
}
