using System.Collections.Immutable;
using System.Text.Json;
using System.Text.Json.Nodes;
using Brig.Engine.Tasks;

namespace Brig.Engine.Images.Registry;

/// <summary>The verbs, each where it belongs.</summary>
internal sealed class RegistryService(RegistryBook book, RegistryClients clients, Puller puller, Pusher pusher, ImageStore store, TaskBoard tasks) : IRegistries
{
    private const int Most = 10_000, PageSize = 1000;

    public ImmutableArray<RegistrySettings> List() => book.List();
    public Task<RegistrySettings> SetAsync(string host, RegistryChange change, CancellationToken stop = default) => book.SetAsync(host, change, stop);
    public Task RemoveAsync(string host, CancellationToken stop = default) => book.RemoveAsync(host, stop);

    public Task<bool> CheckAsync(string host, RegistryLogin? login = null, CancellationToken stop = default) => CheckAsync(clients.For(ImageName.ParseRegistry(host), login), stop);

    public Task<bool> CheckAsync(string host, RegistryChange settings, CancellationToken stop = default)
    {
        var (isPlain, login) = book.Try(host, settings);
        return CheckAsync(clients.For(host, isPlain, login), stop);
    }

    public Task<ImmutableArray<string>> TagsAsync(string repository, string? contains = null, RegistryLogin? login = null, CancellationToken stop = default)
    {
        var name = ImageName.Parse(repository);
        return PagesAsync(name.Registry, $"{name.Repository}/tags/list", "tags", $"repository:{name.Repository}:pull", $"repository {name.Familiar}", contains, stop, login);
    }

    public Task<ImmutableArray<string>> RepositoriesAsync(string host, string? contains = null, CancellationToken stop = default) =>
        PagesAsync(ImageName.ParseRegistry(host), "_catalog", "repositories", "registry:catalog:*", "list of repositories", contains, stop);

    public Task<EngineTask> PullAsync(string reference, string? platform = null, RegistryLogin? login = null, CancellationToken stop = default)
    {
        var name = ImageName.Parse(reference);
        string? wanted = string.IsNullOrWhiteSpace(platform) ? null : Platforms.Parse(platform);
        return tasks.StartAsync("pull", name.ToString(), async run =>
        {
            try
            {
                return await puller.PullAsync(name, wanted, login, run);
            }
            catch
            {
                await store.CollectAsync();
                throw;
            }
        }, CancellationToken.None);
    }

    public Task<EngineTask> PushAsync(string tag, RegistryLogin? login = null, CancellationToken stop = default)
    {
        var name = ImageName.Parse(ImageName.ParseTag(tag));
        store.Get(name.ToString());
        return tasks.StartAsync("push", name.ToString(), async run => (string?)await pusher.PushAsync(name, login, run), CancellationToken.None);
    }

    public async Task<PublishedImage> FindAsync(string reference, RegistryLogin? login = null, CancellationToken stop = default)
    {
        var name = ImageName.Parse(reference);
        var registry = clients.For(name.Registry, login);
        var fetched = await Manifests.OneAsync(registry, name.Repository, name.Digest ?? name.Tag!, stop);
        var platforms = fetched.Manifest.Config is not { } config
            ? fetched.Manifest.Manifests.Select(entry => entry.Platform).OfType<string>()
            : [await puller.PlatformAsync(registry, name.Repository, config, stop)];
        return new(fetched.Manifest.MediaType, fetched.Digest, fetched.Bytes.Length, [.. platforms]);
    }

    private static async Task<bool> CheckAsync(RegistryHttp registry, CancellationToken stop)
    {
        using var answer = await registry.SendAsync(() => new(HttpMethod.Get, registry.At("")), "", stop, attempts: 2);
        return answer.IsSuccessStatusCode ? registry.HasAskedWhoWeAre : throw await registry.RefusalAsync(answer, null, stop);
    }

    /// <summary>Pages are linked by a Link header (distribution-spec, listing tags).</summary>
    private async Task<ImmutableArray<string>> PagesAsync(string host, string path, string member, string scope, string what, string? contains, CancellationToken stop, RegistryLogin? login = null)
    {
        var registry = clients.For(host, login);
        var found = ImmutableArray.CreateBuilder<string>();
        var next = registry.At($"{path}?n={PageSize}");
        for (int pages = 0; next is not null && found.Count < Most && pages < 200; pages++)
        {
            var at = next;
            using var answer = await registry.SendAsync(() => new(HttpMethod.Get, at), scope, stop);
            if (!answer.IsSuccessStatusCode)
            {
                throw await registry.RefusalAsync(answer, what, stop);
            }
            try
            {
                var list = JsonNode.Parse(await registry.ReadAsync(answer, stop))?[member] as JsonArray ?? [];
                found.AddRange(list.Select(item => (string?)item ?? "").Where(item => item.Length > 0 && (contains is null || item.Contains(contains, StringComparison.OrdinalIgnoreCase))).Take(Most - found.Count));
            }
            catch (Exception e) when (e is JsonException or InvalidOperationException)
            {
                throw EngineException.Unavailable($"The registry {host} answered with a list that cannot be read.", e);
            }
            next = Next(answer, at, registry);
        }
        found.Sort(StringComparer.Ordinal);     // registries tell them in any order
        return found.ToImmutable();
    }

    /// <summary>On the same host: another's list would be another's answer.</summary>
    private static Uri? Next(HttpResponseMessage answer, Uri at, RegistryHttp registry)
    {
        if (!answer.Headers.TryGetValues("Link", out var links) || links.FirstOrDefault(link => link.Contains("rel=\"next\"", StringComparison.Ordinal)) is not { } next)
        {
            return null;
        }
        int start = next.IndexOf('<', StringComparison.Ordinal), end = next.IndexOf('>', StringComparison.Ordinal);
        return start >= 0 && end > start && Uri.TryCreate(at, next[(start + 1)..end], out var uri) && uri.Authority == registry.At("").Authority ? uri : null;
    }
}
