using System.Globalization;
using Brig.Engine.Build.Dockerfiles;
using Brig.Engine.Images;
using Brig.Engine.Images.Registry;
using Brig.Engine.Tasks;

namespace Brig.Engine.Build;

/// <summary>Stages that do not wait for each other are built at the same time.</summary>
internal sealed class Builder(
    EnginePaths paths, TaskBoard tasks, ImageStore images, Importer importer, Leases leases, BlobStore blobs, LayerStore layers, LayerMaker maker, IRegistries registries, BuildCache cache, CacheFolders caches, RunStep run, TimeProvider time) : IBuilder, IDisposable
{
    /// <summary>RUNs at once, over all builds.</summary>
    private readonly SemaphoreSlim _runs = new(Environment.ProcessorCount);

    public async Task<EngineTask> StartAsync(BuildRequest request, Stream? context, CancellationToken stop = default)
    {
        string[] tags = [.. request.Tags.Select(ImageName.ParseTag)];
        if (!string.IsNullOrWhiteSpace(request.Platform) && !Platforms.Fits(Platforms.Parse(request.Platform)))
        {
            throw EngineException.Invalid($"The platform {Text.Short(request.Platform)} is not this machine's, {Platforms.Own}, and Brig builds for the machine it runs on.");
        }
        var epoch = Epoch(request);
        var folder = await BuildFolder.ReceiveAsync(paths, layers, request, context, stop);
        try
        {
            var file = Dockerfile.Parse(folder.Dockerfile);
            var scope = Scope.Of(file, request.Arguments);
            var graph = StageGraph.Of(file, request.Target, scope);
            return await tasks.StartAsync("build", tags.FirstOrDefault() ?? "", async task =>
            {
                long before = blobs.Placed;
                try
                {
                    using (folder)
                    using (var lease = leases.New())
                    {
                        return await BuildAsync(new(request, file, scope, folder, task, lease, epoch, _runs, task.Stop), graph, tags);
                    }
                }
                finally
                {
                    request.Progress?.End();
                    if (blobs.Placed != before)
                    {
                        await images.CollectAsync();    // what the images of its steps alone had
                    }
                }
            }, CancellationToken.None);
        }
        catch
        {
            folder.Dispose();
            throw;
        }
    }

    public BuildCacheUsage CacheUsage()
    {
        var kept = cache.Kept();
        return new(kept.Count, kept.DistinctBy(layer => layer.DiffId).Sum(layer => layer.Bytes)) { FolderBytes = caches.Bytes() };
    }

    public async Task<long> PruneCacheAsync(CancellationToken stop = default)
    {
        await cache.ClearAsync(stop);
        return await Task.Run(caches.Clear, stop) + await images.CollectAsync(stop);
    }

    public void Dispose() => _runs.Dispose();

    private async Task<string?> BuildAsync(BuildSite site, StageGraph graph, string[] tags)
    {
        string[] unasked = [.. Scope.Unasked(site.File, site.Request.Arguments.Keys).Where(name => name != EpochName)];
        if (site.Request.Progress is { } progress)
        {
            progress.Unasked = [.. unasked];
        }
        foreach (string name in unasked)
        {
            site.Task.Line($"The build argument {name} is asked for by no ARG.");
        }
        var tools = new StageTools(run, maker, layers, cache, caches, time);
        var stages = new Dictionary<int, Task<BuiltStage>>();
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(site.Task.Stop);
        site = site with { Stop = stop.Token, Numbers = StepNumbers.Of(graph) };
        site.Request.Progress?.Begin([.. graph.Stages.Select(stage => stage.Index)]);
        // In the file's order, so that what a stage needs is always there to be waited for.
        foreach (var stage in graph.Stages)
        {
            var needs = graph.Needs[stage.Index].ToDictionary(need => need, need => stages[need]);
            stages.Add(stage.Index, Task.Run(() => StageAsync(site, stage, needs, tools, stop)));
        }
        await AllAsync(stages.Values);
        var (draft, _) = await stages[graph.Stages[^1].Index];
        var labelled = draft.Config with { Labels = draft.Config.Labels.SetItems(site.Request.Labels) };
        var image = await importer.MakeAsync((draft with { Config = labelled }).ToOci(draft.MadeAt ?? site.Now(time)), draft.Layers, tags, "build", site.Lease, site.Task.Stop);
        site.Task.Line($"Built {image.Reference} ({image.Digest}).");
        return image.Digest;
    }

    /// <summary>What failed first is told; what was cancelled because of it is not.</summary>
    private static async Task AllAsync(IReadOnlyCollection<Task<BuiltStage>> stages)
    {
        try
        {
            await Task.WhenAll(stages);
        }
        catch (OperationCanceledException) when (stages.Select(stage => stage.Exception?.InnerException).OfType<EngineException>().FirstOrDefault() is { } first)
        {
            throw new EngineException(first.Kind, first.Message, first);
        }
    }

    private async Task<BuiltStage> StageAsync(BuildSite site, Stage stage, Dictionary<int, Task<BuiltStage>> needs, StageTools tools, CancellationTokenSource stop)
    {
        try
        {
            return await StageAsync(site, stage, needs, tools);
        }
        catch
        {
            await stop.CancelAsync();
            throw;
        }
        finally
        {
            site.Request.Progress?.End(stage.Index);
        }
    }

    private async Task<BuiltStage> StageAsync(BuildSite site, Stage stage, Dictionary<int, Task<BuiltStage>> needs, StageTools tools)
    {
        string name = site.Scope.Global(site.File.Escape, stage.From.At).Word(stage.From.Image);
        await site.TellAsync(stage, new BuildEvent.Step(site.Numbers.First(stage), site.Numbers.Total, stage.From.Text));
        if (stage.From.Platform is { } platform && site.Scope.Global(site.File.Escape, stage.From.At).Word(platform) is var asked && asked != site.Scope.Globals["TARGETPLATFORM"])
        {
            throw Dockerfile.At(stage.From.At, $"the platform \"{Text.Short(asked)}\" is not this machine's, {site.Scope.Globals["TARGETPLATFORM"]}, and Brig builds for the machine it runs on");
        }
        var start = name != "scratch" && !name.All(char.IsAsciiDigit) && StageGraph.Find(site.File, name, stage.Index) is { } parent ? await needs[parent]
            : Begun(site, name == "scratch" ? Draft.Scratch : await BaseAsync(site, name, stage.From.At));
        await site.TellAsync(stage, new BuildEvent.Based(start.Draft.ConfigDigest));
        return await new StageRun(site, stage, tools, async (source, at) =>
            StageGraph.Find(site.File, source, stage.Index) is not { } index ? await BaseAsync(site, source, at)
            : needs.TryGetValue(index, out var need) ? (await need).Draft
            : throw Dockerfile.At(at, $"an ONBUILD of the base image copies from \"{Text.Short(source)}\", which here is a stage of this file; it can only name an image")).RunAsync(start);
    }

    private static BuiltStage Begun(BuildSite site, Draft image) => new(image, site.Scope.Begin(image.Config.Env));

    /// <summary>The image, from its registry when it is not here or the newest was asked for.</summary>
    private async Task<Draft> BaseAsync(BuildSite site, string name, int at)
    {
        try
        {
            if (site.Request.Pull && !name.StartsWith("sha256:", StringComparison.Ordinal))
            {
                await PullAsync(site, name);
            }
            return Draft.Of(images.Hold(name, site.Lease), layers);
        }
        catch (EngineException e) when (e.Kind == EngineErrorKind.NotFound && !site.Request.Pull && !name.StartsWith("sha256:", StringComparison.Ordinal))
        {
            try
            {
                await PullAsync(site, name);
                return Draft.Of(images.Hold(name, site.Lease), layers);
            }
            catch (EngineException failure)
            {
                throw Dockerfile.At(at, $"{e.Message} {failure.Message}".TrimEnd('.'));
            }
        }
        catch (EngineException e)
        {
            throw Dockerfile.At(at, e.Message.TrimEnd('.'));
        }
    }

    private async Task PullAsync(BuildSite site, string name)
    {
        var pull = await registries.PullAsync(name, null, site.Request.Logins.GetValueOrDefault(ImageName.Parse(name).Registry), site.Stop);
        site.Task.Line($"Pulling {name} (task {pull.Id}).");
        var ended = await EndAsync(pull.Id, site.Stop);
        if (ended.State != EngineTaskState.Succeeded)
        {
            throw new EngineException(EngineErrorKind.Unavailable, ended.Error ?? $"The pull of {name} was cancelled.") { LoginAt = ended.LoginAt };
        }
    }

    /// <summary>Nobody else wants this pull: it is cancelled with the build.</summary>
    private async Task<EngineTask> EndAsync(string pull, CancellationToken stop)
    {
        try
        {
            return await tasks.WaitAsync(pull, stop);
        }
        catch (OperationCanceledException)
        {
            try
            {
                tasks.Cancel(pull);
            }
            catch (EngineException)
            {
                // It has just ended.
            }
            throw;
        }
    }

    private const string EpochName = "SOURCE_DATE_EPOCH";

    private static DateTimeOffset? Epoch(BuildRequest request) => request.Arguments.GetValueOrDefault(EpochName) is not { } text ? null
        : long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out long seconds) && seconds < 253_402_300_800 ? DateTimeOffset.FromUnixTimeSeconds(seconds)
        : throw EngineException.Invalid($"{EpochName} is \"{Text.Short(text)}\"; it must be seconds since 1970.");
}
