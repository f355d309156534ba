using System.Collections.Immutable;
using Brig.Engine;
using Brig.Engine.Images.Registry;
using Brig.Engine.Tasks;

namespace Brig.Web.Tests.Fakes;

/// <summary>Begins whatever is asked, and notes it. Every registry takes the password "right" and no other.</summary>
public sealed class FakeRegistries : IRegistries
{
    private readonly SortedDictionary<string, RegistrySettings> _all = new(StringComparer.Ordinal);

    public List<string> Begun { get; } = [];

    /// <summary>What was to be kept, in order.</summary>
    public List<(string Host, RegistryChange Change)> Kept { get; } = [];

    /// <summary>What was asked, as <c>host</c> or <c>host username</c>.</summary>
    public List<string> Checked { get; } = [];

    /// <summary>What each question is answered with.</summary>
    public EngineException? Refusal { get; set; }

    /// <summary>Whether registries want to know who we are.</summary>
    public bool Asks { get; set; } = true;

    public ImmutableArray<string> Repositories { get; set; } = [];
    public ImmutableArray<string> Tags { get; set; } = [];

    public void Put(RegistrySettings settings) => _all[settings.Host] = settings;

    public Task<EngineTask> PullAsync(string reference, string? platform = null, RegistryLogin? login = null, CancellationToken stop = default) => Begin("pull", reference);
    public Task<EngineTask> PushAsync(string tag, RegistryLogin? login = null, CancellationToken stop = default) => Begin("push", tag);

    public ImmutableArray<RegistrySettings> List() => [.. _all.Values];

    public Task<RegistrySettings> SetAsync(string host, RegistryChange change, CancellationToken stop = default)
    {
        Kept.Add((host, change));
        Put(new(host, change.Insecure, change.Mirrors, change.Username));
        return Task.FromResult(_all[host]);
    }

    public Task RemoveAsync(string host, CancellationToken stop = default)
    {
        _all.Remove(host);
        return Task.CompletedTask;
    }

    public Task<bool> CheckAsync(string host, RegistryLogin? login = null, CancellationToken stop = default)
    {
        Checked.Add(host);
        return Refusal is null ? Task.FromResult(Asks) : throw Refusal;
    }

    public Task<bool> CheckAsync(string host, RegistryChange settings, CancellationToken stop = default)
    {
        Checked.Add($"{host} {settings.Username}");
        return Refusal is not null ? throw Refusal
            : settings.Password is null or "right" ? Task.FromResult(Asks)
            : throw new EngineException(EngineErrorKind.Conflict, $"The registry {host} refuses the login of {settings.Username}.") { LoginAt = host };
    }

    public Task<ImmutableArray<string>> TagsAsync(string repository, string? contains = null, RegistryLogin? login = null, CancellationToken stop = default) => Refusal is null ? Task.FromResult(Tags) : throw Refusal;
    public Task<ImmutableArray<string>> RepositoriesAsync(string host, string? contains = null, CancellationToken stop = default) => Refusal is null ? Task.FromResult(Repositories) : throw Refusal;

    public Task<PublishedImage> FindAsync(string reference, RegistryLogin? login = null, CancellationToken stop = default) => throw new NotSupportedException();

    private Task<EngineTask> Begin(string kind, string subject)
    {
        if (subject.Contains(' ', StringComparison.Ordinal))
            throw EngineException.Invalid($"\"{subject}\" cannot be an image's reference.");
        Begun.Add($"{kind} {subject}");
        return Task.FromResult(new EngineTask("t1", kind, subject, EngineTaskState.Running, FakeContainers.At, null, [], null, null, 1));
    }
}
