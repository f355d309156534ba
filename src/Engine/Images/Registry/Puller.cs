using System.Collections.Immutable;
using Brig.Engine.Tasks;

namespace Brig.Engine.Images.Registry;

/// <summary>
/// Fetches an image:
/// <code>
/// 1. the manifest, from a mirror or the registry itself; of an index the one for this machine
/// 2. the configuration
/// 3. the layers, four at a time; one that another pull fetches already is waited for; each is kept and unpacked while it comes
/// 4. the row
/// </code>
/// </summary>
internal sealed class Puller(ImageStore store, BlobStore blobs, LayerStore layers, Intake intake, Leases leases, RegistryBook book, RegistryClients clients, TimeProvider time)
{
    private const int AtOnce = 4;
    private const int LargestConfig = 8 << 20;

    private readonly KeyedLocks _blobs = new();

    /// <param name="platform">As <see cref="Platforms.Parse"/> gives it; null: this machine's, where there is a choice.</param>
    /// <param name="login">In place of the one that is kept; no mirror gets it.</param>
    /// <returns>The manifest's digest.</returns>
    public async Task<string> PullAsync(ImageName name, string? platform, RegistryLogin? login, TaskRun run)
    {
        var mirrors = book.Find(name.Registry).Mirrors;
        foreach (string mirror in mirrors)
        {
            try
            {
                return await PullAsync(name, platform, clients.For(mirror), run);
            }
            catch (EngineException e)
            {
                run.Line($"The mirror {mirror} did not help: {e.Message}");
            }
        }
        return await PullAsync(name, platform, clients.For(name.Registry, login), run);
    }

    private async Task<string> PullAsync(ImageName name, string? platform, RegistryHttp registry, TaskRun run)
    {
        using var lease = leases.New();
        var (fetched, index) = await Manifests.FetchAsync(registry, name.Repository, name.Digest ?? name.Tag!, platform ?? Platforms.Own, run.Stop);
        var manifest = fetched.Manifest;
        run.Line($"{registry.Host} has {name} as {fetched.Digest}{(index is null ? "" : $", in the index {index}")}");
        byte[] configBytes = await ConfigAsync(registry, name.Repository, manifest.Config!, lease, run.Stop);
        var config = OciConfig.Parse(configBytes);
        if (platform is not null && !Platforms.Fits($"{config.Os}/{config.Architecture}", platform) && !platform.StartsWith($"{config.Os}/{config.Architecture}/", StringComparison.Ordinal))
        {
            throw EngineException.NotFound($"The image {name} is for {config.Os}/{config.Architecture}, not for {platform}.");
        }
        if (config.DiffIds.Length != manifest.Layers.Length)
        {
            throw EngineException.Invalid($"The manifest has {manifest.Layers.Length} layers, the image's configuration {config.DiffIds.Length}: it is no container image, or damaged.");
        }
        if (config.DiffIds.Length > UnpackLimits.Layers)
        {
            throw ImageStore.TooManyLayers(config.DiffIds.Length);
        }
        var wanted = manifest.Layers.Zip(config.DiffIds).DistinctBy(pair => pair.First.Digest).ToArray();
        foreach (var (blob, _) in wanted)
        {
            run.Step(new(blob.Hex[..12], blob.Hex[..12], TaskStepState.Waiting, "waiting", 0, blob.Size));
        }
        // The first that fails ends the others; what they have so far is kept.
        await Parallel.ForEachAsync(wanted, new ParallelOptions { MaxDegreeOfParallelism = AtOnce, CancellationToken = run.Stop }, async (pair, stop) =>
            await LayerAsync(registry, name.Repository, pair.First, pair.Second, lease, run, stop));
        ImmutableArray<StoredLayer> stored = [.. config.DiffIds.Select(diffId => layers.Find(diffId) ?? throw EngineException.Failed($"The layer {diffId} was here and is gone."))];
        var image = await store.AddAsync(
            new(fetched.Bytes, manifest.MediaType, manifest.Config!, config, manifest.Layers, stored) { PulledBy = index, Published = $"{name.Familiar}@{index ?? fetched.Digest}" },
            [(name.Tag is not null ? name with { Digest = null } : name).ToString()], "pull", lease, run.Stop);
        return image.Digest;
    }

    /// <summary>What an image that is no index is for.</summary>
    public async Task<string> PlatformAsync(RegistryHttp registry, string repository, Descriptor descriptor, CancellationToken stop)
    {
        using var lease = leases.New();
        var config = OciConfig.Parse(await ConfigAsync(registry, repository, descriptor, lease, stop));
        return $"{config.Os}/{config.Architecture}";
    }

    private async Task<byte[]> ConfigAsync(RegistryHttp registry, string repository, Descriptor config, Lease lease, CancellationToken stop)
    {
        lease.Blob(config.Digest);
        if (blobs.Has(config.Digest))
        {
            return blobs.Read(config.Digest);
        }
        if (config.Size > LargestConfig)
        {
            throw EngineException.Invalid($"The image's configuration is {config.Size:N0} bytes, which is more than one has.");
        }
        var bytes = new MemoryStream();
        await new BlobDownload(registry, repository, config.Digest, config.Size, time).CopyAsync(0, part =>
        {
            bytes.Write(part.Span);
            return true;
        }, stop);
        string found = blobs.Add(bytes.ToArray(), lease);
        return found == config.Digest ? bytes.ToArray() : throw EngineException.Invalid($"The blob {config.Digest} has another digest, {found}: it was damaged or changed on its way.");
    }

    private async Task LayerAsync(RegistryHttp registry, string repository, Descriptor blob, string diffId, Lease lease, TaskRun run, CancellationToken stop)
    {
        string step = blob.Hex[..12];
        if (_blobs.IsHeld(blob.Digest))
        {
            run.Step(step, s => s with { State = TaskStepState.Running, Phase = "shared" });
        }
        using var held = await _blobs.TakeAsync(blob.Digest, stop);
        lease.Blob(blob.Digest);
        lease.Layer(diffId);
        if (blobs.Has(blob.Digest))
        {
            if (layers.Find(diffId) is null)
            {
                run.Step(step, s => s with { State = TaskStepState.Running, Phase = "unpacking" });
                await OwnThread.RunAsync(() => intake.Unpack(blob.Digest, diffId, lease, UnpackLimits.Default, stop));
            }
            run.Step(step, s => s with { State = TaskStepState.Done, Phase = "exists", Done = blob.Size });
            return;
        }
        run.Step(step, s => s with { State = TaskStepState.Running, Phase = "downloading" });
        bool isRest = blobs.HasPartial(blob.Digest);
        try
        {
            await DownloadAsync(registry, repository, blob, diffId, lease, run, stop);
        }
        catch (EngineException e) when (isRest && e.Kind == EngineErrorKind.Invalid)
        {
            // A broken download is not waited for on the disk, so a power cut may have left holes in it.
            run.Line($"{step}: what was here from before was damaged, so all of it is fetched again");
            blobs.DropPartial(blob.Digest);
            await DownloadAsync(registry, repository, blob, diffId, lease, run, stop);
        }
        run.Step(step, s => s with { State = TaskStepState.Done, Phase = "pulled", Done = blob.Size });
    }

    private async Task DownloadAsync(RegistryHttp registry, string repository, Descriptor blob, string diffId, Lease lease, TaskRun run, CancellationToken stop)
    {
        using var pipe = new BytePipe();
        var writer = blobs.Resume(blob.Digest);
        if (writer.Kept > blob.Size)
        {
            writer.Dispose();
            File.Delete(writer.File);
            writer = blobs.Resume(blob.Digest);
        }
        var taking = OwnThread.RunAsync(() => TakePiped(pipe, writer, blob, diffId, lease, stop));
        using var stopReading = CancellationTokenSource.CreateLinkedTokenSource(stop);
        try
        {
            await FeedAsync(registry, repository, blob, writer, pipe, run, stopReading.Token);
            pipe.Complete();
        }
        catch (Exception e)
        {
            pipe.Complete(e);
        }
        await taking;
    }

    /// <summary>First what is here from before, then the rest from the registry.</summary>
    private async Task FeedAsync(RegistryHttp registry, string repository, Descriptor blob, BlobWriter writer, BytePipe pipe, TaskRun run, CancellationToken stop)
    {
        string step = blob.Hex[..12];
        long done = 0;
        if (writer.Kept > 0)
        {
            run.Line($"{step}: {writer.Kept:N0} of {blob.Size:N0} bytes are here from before");
            await using var before = new FileStream(writer.File, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete, 0, FileOptions.Asynchronous);
            byte[] buffer = new byte[256 * 1024];
            while (done < writer.Kept)
            {
                int read = await before.ReadAsync(buffer.AsMemory(0, (int)Math.Min(buffer.Length, writer.Kept - done)), stop);
                done += read;
                if (read == 0 || !pipe.Write(buffer.AsSpan(0, read)))
                {
                    return;
                }
            }
        }
        await new BlobDownload(registry, repository, blob.Digest, blob.Size, time).CopyAsync(done, part =>
        {
            done += part.Length;
            run.Step(step, s => s with { Done = done });
            return pipe.Write(part.Span);
        }, stop);
    }

    private TakenLayer TakePiped(BytePipe pipe, BlobWriter writer, Descriptor blob, string diffId, Lease lease, CancellationToken stop)
    {
        using var reader = pipe.Reader;
        return intake.Take(writer, reader, lease, blob.Digest, diffId, UnpackLimits.Default, stop);
    }
}
