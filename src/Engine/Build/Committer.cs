using Brig.Engine.Containers;
using Brig.Engine.Events;
using Brig.Engine.Images;
using Brig.Engine.Tasks;
using Brig.Linux;
using Brig.Linux.Trees;

namespace Brig.Engine.Build;

/// <summary>Reads a container's files from outside: its upper directory, and the image's layers below it.</summary>
internal sealed class Committer(IContainers containers, ImageStore images, LayerStore layers, LayerMaker maker, Importer importer, Leases leases, TaskBoard tasks, EventLog events, EnginePaths paths, TimeProvider time) : ICommits
{
    public Task<Image> CommitAsync(string idOrName, CommitRequest request, CancellationToken stop = default)
    {
        string[] tags = request.Reference is null ? [] : [ImageName.ParseTag(request.Reference)];
        var container = containers.Get(idOrName);
        return tasks.RunAsync("commit", container.Name, async run =>
        {
            using var lease = leases.New();
            var image = images.Hold(container.ImageDigest, lease);
            bool paused = request.Pause && await TryPauseAsync(container, run.Stop);
            try
            {
                var made = await CommitAsync(container, image, request, tags, lease, run.Stop);
                events.Add(container, "commit", ("comment", request.Comment ?? ""), ("imageId", made.ConfigDigest), ("reference", tags.FirstOrDefault() ?? ""));
                return (made, made.Digest);
            }
            finally
            {
                if (paused)
                {
                    await containers.ResumeAsync(container.Id.Value, CancellationToken.None);
                }
            }
        }, stop);
    }

    public async Task ExportAsync(string idOrName, Stream to, CancellationToken stop = default)
    {
        var container = containers.Get(idOrName);
        using var lease = leases.New();
        var image = images.Hold(container.ImageDigest, lease);
        string upper = Upper(container);
        string[] all = Directory.Exists(upper) ? [.. image.Layers, upper] : [.. image.Layers];
        await Piped.WriteAsync(to, tar => Write(container, image, all, tar, stop), stop);
    }

    private async Task<Image> CommitAsync(Container container, Image image, CommitRequest request, string[] tags, Lease lease, CancellationToken stop)
    {
        var all = image.Parts.Select(part => (new Descriptor(part.MediaType, part.Digest, part.BlobBytes), layers.Find(part.DiffId)!)).ToList();
        string upper = Upper(container);
        if (Directory.Exists(upper))
        {
            using var below = LayerView.Open(image.Layers);
            var taken = await maker.FromFolderAsync(upper, UpperLayer.Options(container, below, new()), lease, stop);
            all.Add((taken.Descriptor, taken.Layer));
        }
        bool isNew = all.Count > image.Parts.Length;
        var now = time.GetUtcNow();
        var own = Config(container.Spec, image.Config);
        var config = request.Config ?? own;
        return await importer.MakeAsync(new OciConfig
        {
            Config = request.Change?.Invoke(config) ?? config,
            Architecture = image.Architecture,
            Os = image.Os,
            Author = request.Author ?? image.Author,
            CreatedAt = now,
            History = [.. image.History, new(now, string.Join(' ', [.. own.Entrypoint, .. own.Command]), request.Author, request.Comment, EmptyLayer: !isNew)],
            DiffIds = [],
        }, all, tags, "commit", lease, stop);
    }

    /// <summary>What a container made from the image would be without saying anything is what this one is.</summary>
    private static ImageConfig Config(ContainerSpec spec, ImageConfig image) => image with
    {
        Entrypoint = spec.Entrypoint.IsEmpty && !spec.NoEntrypoint ? image.Entrypoint : spec.Entrypoint,
        Command = spec.Command.IsEmpty && spec.Entrypoint.IsEmpty && !spec.NoEntrypoint ? image.Command : spec.Command,
        Env = [.. image.Env.Where(old => !spec.Env.Any(own => Name(own) == Name(old))), .. spec.Env.Where(own => own.Contains('=', StringComparison.Ordinal))],
        WorkingDir = spec.WorkingDir ?? image.WorkingDir,
        User = spec.User ?? image.User,
        StopSignal = spec.StopSignal ?? image.StopSignal,
        Labels = image.Labels.SetItems(spec.Labels),
    };

    private static string Name(string variable) => variable.Split('=', 2)[0];

    private async Task<bool> TryPauseAsync(Container container, CancellationToken stop)
    {
        try
        {
            await containers.PauseAsync(container.Id.Value, stop);
            return true;
        }
        catch (EngineException e) when (e.Kind == EngineErrorKind.Conflict)
        {
            return false;   // it does not run, or is paused already
        }
    }

    private static void Write(Container container, Image image, string[] all, Stream to, CancellationToken stop)
    {
        try
        {
            using var below = LayerView.Open(image.Layers);
            using var whole = LayerView.Open(all);
            var options = UpperLayer.Options(container, below, new());
            // The layers' own files have their owners as they are; the container's own lie in its range.
            Func<uint, uint> inside = container.Ids is { } ids ? id => id < ids.First ? id : options.Uid(id) : id => id;
            TreeTar.Write(whole.Root, to, options with { Uid = inside, Gid = inside, Whiteouts = false, Root = true }, stop);
        }
        catch (LinuxException e)
        {
            throw EngineException.Failed($"The files of {container.Name} cannot be read: {e.Message}.", e);
        }
    }

    private string Upper(Container container) => paths.Container(container.Id) + "/upper";
}
