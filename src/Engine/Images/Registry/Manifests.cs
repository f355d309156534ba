using System.Net.Http.Headers;
using System.Security.Cryptography;

namespace Brig.Engine.Images.Registry;

/// <param name="Digest"><c>sha256:…</c> of exactly these bytes.</param>
internal sealed record FetchedManifest(byte[] Bytes, string Digest, OciManifest Manifest);

/// <summary>Manifests from a registry, of a tag or a digest, and out of an index the one for this machine.</summary>
internal static class Manifests
{
    private static readonly string[] Accepted = [MediaTypes.OciIndex, MediaTypes.OciManifest, MediaTypes.DockerList, MediaTypes.DockerManifest];

    /// <param name="platform">As <see cref="Platforms.Parse"/> gives it.</param>
    /// <returns>The image's manifest, and the index's digest when there was one.</returns>
    public static async Task<(FetchedManifest Image, string? Index)> FetchAsync(RegistryHttp registry, string repository, string reference, string platform, CancellationToken stop)
    {
        var fetched = await OneAsync(registry, repository, reference, stop);
        if (fetched.Manifest.Config is not null)
        {
            return (fetched, null);
        }
        var chosen = fetched.Manifest.Manifests.FirstOrDefault(entry => entry.Platform is { } published && Platforms.Fits(published, platform))
            ?? throw EngineException.NotFound($"The image {repository} is not published for {platform}; it is for {string.Join(", ", fetched.Manifest.Manifests.Select(entry => entry.Platform).OfType<string>().Where(published => !published.StartsWith("unknown", StringComparison.Ordinal)).Distinct().Take(12))}.");
        var image = await OneAsync(registry, repository, chosen.Digest, stop);
        return image.Manifest.Config is not null ? (image, fetched.Digest) : throw EngineException.Invalid("The image's index names another index where an image should be.");
    }

    /// <summary>An image's or an index, as it is there.</summary>
    public static async Task<FetchedManifest> OneAsync(RegistryHttp registry, string repository, string reference, CancellationToken stop)
    {
        using var answer = await registry.SendAsync(() =>
        {
            var request = new HttpRequestMessage(HttpMethod.Get, registry.At($"{repository}/manifests/{reference}"));
            foreach (string type in Accepted)
            {
                request.Headers.Accept.Add(new MediaTypeWithQualityHeaderValue(type));
            }
            return request;
        }, $"repository:{repository}:pull", stop);
        if (!answer.IsSuccessStatusCode)
        {
            throw await registry.RefusalAsync(answer, $"image {repository}{(reference.Contains(':', StringComparison.Ordinal) ? "@" : ":")}{reference}", stop);
        }
        byte[] bytes = await registry.ReadAsync(answer, stop, OciManifest.Largest);
        string digest = "sha256:" + Convert.ToHexStringLower(SHA256.HashData(bytes));
        if (ImageName.IsDigest(reference) && digest != reference)
        {
            throw EngineException.Invalid($"The registry {registry.Host} answered the manifest {digest} when asked for {reference}: it was damaged or changed.");
        }
        return new(bytes, digest, OciManifest.Parse(bytes, answer.Content.Headers.ContentType?.MediaType));
    }
}
