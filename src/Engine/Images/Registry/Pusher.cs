using System.Collections.Immutable;
using System.IO.Compression;
using System.Net.Http.Headers;
using System.Security.Cryptography;
using Brig.Engine.Events;
using Brig.Engine.State;
using Brig.Engine.Tasks;

namespace Brig.Engine.Images.Registry;

/// <summary>
/// Sends an image: what the registry has is left out, what another repository of it has is mounted from there, the rest is uploaded in parts, then the manifest.
/// Layers that are kept unpacked as tar (loaded, built, committed) go packed by gzip; the manifest sent then names the packed ones and has another digest.
/// </summary>
internal sealed class Pusher(ImageStore store, ImageTable table, BlobStore blobs, Leases leases, Store settings, EnginePaths paths, RegistryClients clients, TimeProvider time, EventLog events)
{
    private const int AtOnce = 4;

    /// <summary>
    /// One blob goes to one repository once at a time, whoever pushes: Debian's docker-registry (2.8) writes its link anew with each upload, and a manifest that comes while it is empty is refused.
    /// </summary>
    private readonly KeyedLocks _blobs = new();

    /// <returns>The manifest's digest at the registry.</returns>
    public async Task<string> PushAsync(ImageName name, RegistryLogin? login, TaskRun run)
    {
        using var lease = leases.New();
        var image = store.Hold(name.ToString(), lease);
        var registry = clients.For(name.Registry, login);
        var manifest = OciManifest.Parse(blobs.Read(image.Digest), image.MediaType);
        foreach (var layer in manifest.Layers.DistinctBy(layer => layer.Digest))
        {
            run.Step(new(layer.Hex[..12], layer.Hex[..12], TaskStepState.Waiting, "waiting", 0, layer.Size));
        }
        var sent = new Descriptor[manifest.Layers.Length];
        await Parallel.ForEachAsync(Enumerable.Range(0, sent.Length).DistinctBy(i => manifest.Layers[i].Digest), new ParallelOptions { MaxDegreeOfParallelism = AtOnce, CancellationToken = run.Stop },
            async (i, stop) => sent[i] = await LayerAsync(registry, name, manifest.Layers[i], run, stop));
        for (int i = 0; i < sent.Length; i++)
        {
            sent[i] ??= sent[manifest.Layers.IndexOf(manifest.Layers[i])];
        }
        using (await _blobs.TakeAsync(Of(name, manifest.Config!), run.Stop))
        {
            await new BlobUpload(registry, name.Repository, time).SendAsync(manifest.Config!, () => blobs.OpenRead(manifest.Config!.Digest), null, _ => { }, run.Stop);
        }
        bool isSame = sent.Select(layer => layer.Digest).SequenceEqual(manifest.Layers.Select(layer => layer.Digest));
        byte[] bytes = isSame ? blobs.Read(image.Digest) : OciManifest.Write(manifest.Config!, sent);
        string digest = await ManifestAsync(registry, name, bytes, isSame ? image.MediaType : MediaTypes.OciManifest, run.Stop);
        run.Step(new(IRegistries.ManifestStep, IRegistries.ManifestStep, TaskStepState.Done, "pushed", bytes.Length, bytes.Length));
        events.Add(image, "push", name.ToString());
        await store.PublishedAsync(image.Digest, $"{name.Familiar}@{digest}", run.Stop);
        run.Line($"{name} is {digest} at {registry.Host}");
        return digest;
    }

    private async Task<Descriptor> LayerAsync(RegistryHttp registry, ImageName name, Descriptor layer, TaskRun run, CancellationToken stop)
    {
        string step = layer.Hex[..12];
        using var held = await _blobs.TakeAsync(Of(name, layer), stop);
        var upload = new BlobUpload(registry, name.Repository, time);
        string? elsewhere = Elsewhere(name, layer.Digest);
        if (layer.MediaType != MediaTypes.OciLayer)
        {
            run.Step(step, s => s with { State = TaskStepState.Running, Phase = "pushing" });
            string how = await upload.SendAsync(layer, () => blobs.OpenRead(layer.Digest), elsewhere, done => run.Step(step, s => s with { Done = done }), stop);
            run.Step(step, s => s with { State = TaskStepState.Done, Phase = how, Done = layer.Size });
            return layer;
        }
        if (Packed(layer.Digest) is { } known && await upload.HasOrMountsAsync(known, elsewhere, stop) is { } found)
        {
            run.Step(step, s => s with { State = TaskStepState.Done, Phase = found, Done = layer.Size });
            return known;
        }
        string file = $"{paths.Trash}/push-{Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(8))}";
        try
        {
            run.Step(step, s => s with { State = TaskStepState.Running, Phase = "packing" });
            var packed = await OwnThread.RunAsync(() => Pack(layer.Digest, file, done => run.Step(step, s => s with { Done = done }), stop));
            await settings.SetAsync(Key(layer.Digest), $"{packed.Digest} {packed.Size}", stop);
            run.Step(step, s => s with { Phase = "pushing", Done = 0, Total = packed.Size });
            string how = await upload.SendAsync(packed, () => File.OpenRead(file), elsewhere, done => run.Step(step, s => s with { Done = done }), stop);
            run.Step(step, s => s with { State = TaskStepState.Done, Phase = how, Done = packed.Size });
            return packed;
        }
        finally
        {
            File.Delete(file);
        }
    }

    private Descriptor Pack(string digest, string file, Action<long> progress, CancellationToken stop)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        using (var from = blobs.OpenRead(digest))
        using (var to = new FileStream(file, FileMode.CreateNew, FileAccess.Write))
        using (var gzip = new GZipStream(to, CompressionLevel.Optimal))
        {
            byte[] buffer = new byte[256 * 1024];
            for (int read; (read = from.Read(buffer)) > 0; progress(from.Position))
            {
                stop.ThrowIfCancellationRequested();
                gzip.Write(buffer.AsSpan(0, read));
            }
        }
        using var packed = File.OpenRead(file);
        return new(MediaTypes.OciLayer + "+gzip", "sha256:" + Convert.ToHexStringLower(SHA256.HashData(packed)), packed.Length);
    }

    /// <summary>What it was packed to the last time; the registry may have it still.</summary>
    private Descriptor? Packed(string digest) => settings.Setting(Key(digest))?.Split(' ') is [var packed, var size]
        ? new(MediaTypes.OciLayer + "+gzip", packed, long.Parse(size, System.Globalization.CultureInfo.InvariantCulture))
        : null;

    /// <summary>Another repository of this registry that an image with this layer has a tag in.</summary>
    private string? Elsewhere(ImageName name, string blob) => table.All.Where(image => image.Parts.Any(part => part.Digest == blob))
        .SelectMany(image => image.Tags).Select(ImageName.Parse).FirstOrDefault(other => other.Registry == name.Registry && other.Repository != name.Repository)?.Repository;

    private static async Task<string> ManifestAsync(RegistryHttp registry, ImageName name, byte[] bytes, string mediaType, CancellationToken stop)
    {
        using var answer = await registry.SendAsync(() =>
        {
            var request = new HttpRequestMessage(HttpMethod.Put, registry.At($"{name.Repository}/manifests/{name.Tag}")) { Content = new ByteArrayContent(bytes) };
            request.Content.Headers.ContentType = new MediaTypeHeaderValue(mediaType);
            return request;
        }, $"repository:{name.Repository}:pull,push", stop);
        return answer.IsSuccessStatusCode
            ? "sha256:" + Convert.ToHexStringLower(SHA256.HashData(bytes))
            : throw await registry.RefusalAsync(answer, $"manifest of {name}", stop);
    }

    private static string Of(ImageName name, Descriptor blob) => $"{name.Registry}/{name.Repository}@{blob.Digest}";

    private static string Key(string digest) => "packed/" + digest;
}
