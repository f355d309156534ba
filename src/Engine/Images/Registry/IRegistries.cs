using System.Collections.Immutable;
using Brig.Engine.Tasks;

namespace Brig.Engine.Images.Registry;

/// <param name="Host">As it stands in references: <c>docker.io</c>, <c>registry.example:5000</c>.</param>
/// <param name="Insecure">Spoken to by http, where anybody on the way can read and change what is sent; null: loopback is, others are not.</param>
/// <param name="Mirrors">Hosts that are asked first, in order, when something is pulled. They never see this registry's login.</param>
/// <param name="Username">Null: nobody is logged in.</param>
public sealed record RegistrySettings(string Host, bool? Insecure, ImmutableArray<string> Mirrors, string? Username)
{
    /// <summary>What comes of <see cref="Insecure"/>.</summary>
    public bool ByHttp => Insecure ?? RegistryBook.IsLoopback(Host);
}

/// <summary>What a registry's settings shall be; see <see cref="RegistrySettings"/>.</summary>
public sealed record RegistryChange
{
    public bool? Insecure { get; init; }
    public ImmutableArray<string> Mirrors { get; init; } = [];
    public string? Username { get; init; }

    /// <summary>Null: the one that is kept stays, if the username does; empty: logged out.</summary>
    public string? Password { get; init; }
}

/// <summary>Who we are for a registry: a name with a password, or with a token that the registry gave in its place; or a token that is shown to it as it is.</summary>
/// <param name="IdentityToken">Exchanged for tokens that last shortly (OAuth 2's refresh token, as Docker's login keeps it).</param>
/// <param name="RegistryToken">Sent as it is.</param>
public sealed record RegistryLogin(string? Username, string? Password, string? IdentityToken = null, string? RegistryToken = null);

/// <param name="Platforms">As linux/arm64/v8; of an index those of its images, else the image's own.</param>
public sealed record PublishedImage(string MediaType, string Digest, long Size, ImmutableArray<string> Platforms);

/// <summary>Where images come from and go to (OCI distribution spec, and Docker's registry v2 before it).</summary>
public interface IRegistries
{
    /// <summary>The step of a push that is told last, of as many bytes as the manifest has.</summary>
    const string ManifestStep = "manifest";

    /// <summary>Those with settings of their own; a registry needs none.</summary>
    ImmutableArray<RegistrySettings> List();

    /// <summary>Replaces its settings. A password is kept encrypted with a key that lies beside the database: a copy of the database alone tells none.</summary>
    Task<RegistrySettings> SetAsync(string host, RegistryChange change, CancellationToken stop = default);

    /// <summary>A registry without settings is no error.</summary>
    Task RemoveAsync(string host, CancellationToken stop = default);

    /// <summary>Asks it who we are. Unavailable: it does not answer. Conflict: it refuses the login.</summary>
    /// <param name="login">In place of the one that is kept.</param>
    /// <returns>Whether it wanted to know; else it answers anybody, and nobody has looked at the login.</returns>
    Task<bool> CheckAsync(string host, RegistryLogin? login = null, CancellationToken stop = default);

    /// <summary>The same as if these were its settings, which are not kept by it.</summary>
    Task<bool> CheckAsync(string host, RegistryChange settings, CancellationToken stop = default);

    /// <summary>What a reference names at its registry, without fetching it.</summary>
    Task<PublishedImage> FindAsync(string reference, RegistryLogin? login = null, CancellationToken stop = default);

    /// <summary>The tags of a repository, sorted; at most 10,000.</summary>
    Task<ImmutableArray<string>> TagsAsync(string repository, string? contains = null, RegistryLogin? login = null, CancellationToken stop = default);

    /// <summary>The repositories of a registry that lists them, sorted; at most 10,000.</summary>
    Task<ImmutableArray<string>> RepositoriesAsync(string host, string? contains = null, CancellationToken stop = default);

    /// <summary>Begins to fetch an image; the task's result is its digest. Asked for by digest it is called <c>name@digest</c>.</summary>
    /// <param name="platform">As linux/arm64; null: this machine's, where there is a choice.</param>
    /// <param name="login">For this pull, in place of the one that is kept; mirrors do not see it.</param>
    Task<EngineTask> PullAsync(string reference, string? platform = null, RegistryLogin? login = null, CancellationToken stop = default);

    /// <summary>Begins to send the image of this tag to the registry in its name; the task's result is the digest it has there.</summary>
    /// <param name="login">For this push, in place of the one that is kept.</param>
    Task<EngineTask> PushAsync(string tag, RegistryLogin? login = null, CancellationToken stop = default);
}
