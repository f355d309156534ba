using Brig.Engine;

namespace Brig.Web.Api.Docker;

/// <summary>
/// What a client of an older version asks for, in today's words: whatever came with a later version is as if it had not been said, for it was ignored then; a few things are refused, because who says them counts on them
/// (moby's version history; its postContainersCreate).
/// </summary>
internal static class OlderClients
{
    private static readonly ApiVersion KernelMemoryGone = new(1, 42);

    /// <summary>Since when, and what a request of before then becomes.</summary>
    private static readonly (ApiVersion Since, Func<DockerCreate, DockerCreate> Before)[] s_news =
    [
        (new(1, 25), Host(host => host with { AutoRemove = false })),   // it is the client who removes
        (new(1, 40), Host(host => string.IsNullOrEmpty(host.IpcMode) ? host with { IpcMode = "shareable" } : host)),
        (new(1, 40), Mounts(mount => mount.BindOptions is { } bind ? mount with { BindOptions = bind with { NonRecursive = null } } : mount)),
        (new(1, 42), Host(host => host with { ConsoleSize = null })),
        (new(1, 42), Mounts(mount => mount with
        {
            BindOptions = mount.Type == "bind" && mount.BindOptions is { } bind ? bind with { CreateMountpoint = null } : null,
            VolumeOptions = mount.Type == "volume" ? mount.VolumeOptions : null,
            TmpfsOptions = mount.Type == "tmpfs" ? mount.TmpfsOptions : null,
        })),
        (new(1, 43), Host(host => host with { Annotations = null })),
        (new(1, 44), asked => asked.Healthcheck is { } check ? asked with { Healthcheck = check with { StartInterval = null } } : asked),
        (new(1, 44), Mounts(mount => mount.BindOptions?.ReadOnlyForceRecursive == true ? throw EngineException.Invalid("BindOptions.ReadOnlyForceRecursive needs API v1.44 or newer") : mount)),
        (new(1, 44), OnOneNetwork),
        (new(1, 45), Mounts(mount => mount.VolumeOptions?.Subpath is { Length: > 0 } ? throw EngineException.Invalid("VolumeOptions.Subpath needs API v1.45 or newer") : mount)),
    ];

    /// <exception cref="EngineException">Invalid: something that older versions must not ignore.</exception>
    public static DockerCreate Today(DockerCreate asked, ApiVersion version)
    {
        asked = s_news.Where(news => version.CompareTo(news.Since) < 0).Aggregate(asked, (now, news) => news.Before(now));
        return version.CompareTo(KernelMemoryGone) < 0 ? asked : Host(host => host with { KernelMemory = null })(asked);
    }

    /// <summary>The same for update, which knows less.</summary>
    public static DockerUpdate Today(DockerUpdate asked, ApiVersion version) => asked with
    {
        PidsLimit = version.IsBefore(1, 40) ? null : asked.PidsLimit,
        KernelMemory = version.CompareTo(KernelMemoryGone) < 0 ? asked.KernelMemory : null,
    };

    /// <summary>Whose address is that of the whole container, if it has one.</summary>
    private static DockerCreate OnOneNetwork(DockerCreate asked)
    {
        if (asked.NetworkingConfig?.EndpointsConfig is not { Count: > 0 } networks)
        {
            return asked;
        }
        return networks.Count > 1
            ? throw EngineException.Invalid($"Container cannot be created with multiple network endpoints: {string.Join(", ", networks.Keys.Order(StringComparer.Ordinal))}")
            : asked with { NetworkingConfig = new() { EndpointsConfig = networks.ToDictionary(one => one.Key, one => one.Value is { } settings ? settings with { MacAddress = null } : null) } };
    }

    private static Func<DockerCreate, DockerCreate> Host(Func<DockerHostConfig, DockerHostConfig> change) => asked => asked with { HostConfig = change(asked.HostConfig ?? new()) };

    private static Func<DockerCreate, DockerCreate> Mounts(Func<DockerMount, DockerMount> change) => asked =>
        asked.HostConfig?.Mounts is { } mounts ? asked with { HostConfig = asked.HostConfig with { Mounts = [.. mounts.Select(change)] } } : asked;
}
