using System.Collections.Immutable;
using System.Net;
using Brig.Engine.State;

namespace Brig.Engine.Images.Registry;

/// <summary>What is known of each registry, in the settings under <c>registry/</c>.</summary>
internal sealed class RegistryBook(Store store, SecretBox secrets)
{
    private const string Prefix = "registry/";

    private readonly AsyncLock _changing = new();

    public ImmutableArray<RegistrySettings> List() =>
        [.. store.SettingsUnder(Prefix).OrderBy(pair => pair.Key, StringComparer.Ordinal).Select(pair => Shown(pair.Key[Prefix.Length..], EngineJson.Read<Kept>(pair.Value)))];

    public RegistrySettings Find(string host) => Shown(host, Read(host));

    /// <summary>Null: nobody is logged in.</summary>
    /// <exception cref="EngineException">Unavailable: the password that is kept cannot be opened.</exception>
    public (string Username, string Password)? Login(string host)
    {
        if (Read(host) is not { Username: { } username, Secret: { } secret })
        {
            return null;
        }
        return secrets.Open(secret, host) is { } password
            ? (username, password)
            : throw EngineException.Unavailable($"The password kept for {host} cannot be opened: secret.key is another than when it was kept. Log in again.");
    }

    public async Task<RegistrySettings> SetAsync(string host, RegistryChange change, CancellationToken stop)
    {
        Check(host, change);
        using var held = await _changing.TakeAsync(stop);
        var before = Read(host);
        string? secret = change.Password switch
        {
            { Length: > 0 } password => secrets.Close(password, host),
            null when change.Username is not null && change.Username == before?.Username => before.Secret,
            _ => null,
        };
        var kept = new Kept(change.Insecure, change.Mirrors, secret is null ? null : change.Username, secret);
        await store.SetAsync(Prefix + host, EngineJson.Write(kept), stop);
        return Shown(host, kept);
    }

    /// <summary>How it would be spoken to, and who we would be, with these settings.</summary>
    public (bool Plain, RegistryLogin Login) Try(string host, RegistryChange change)
    {
        Check(host, change);
        string? password = change.Password ?? (change.Username is not null && Login(host) is { } kept && kept.Username == change.Username ? kept.Password : null);
        return (change.Insecure ?? IsLoopback(host), string.IsNullOrEmpty(password) ? new(null, null) : new(change.Username, password));
    }

    public Task RemoveAsync(string host, CancellationToken stop) => store.RemoveAsync(Prefix + host, stop);

    /// <summary>Whether it is spoken to by http.</summary>
    public bool IsPlain(string host) => Read(host)?.Insecure ?? IsLoopback(host);

    public static bool IsLoopback(string host)
    {
        string name = host[0] == '[' ? host[1..Math.Max(1, host.IndexOf(']', StringComparison.Ordinal))] : host.Split(':')[0];
        return name == "localhost" || (IPAddress.TryParse(name, out var address) && IPAddress.IsLoopback(address));
    }

    private static void Check(string host, RegistryChange change)
    {
        CheckHost(host);
        foreach (string mirror in change.Mirrors)
        {
            CheckHost(mirror);
        }
        if (change.Password is { Length: > 0 } && string.IsNullOrEmpty(change.Username))
        {
            throw EngineException.Invalid("A password needs a username.");
        }
    }

    private static void CheckHost(string host)
    {
        if (host.Contains('/', StringComparison.Ordinal) || (!host.Contains('.', StringComparison.Ordinal) && !host.Contains(':', StringComparison.Ordinal) && host != "localhost")
            || ImageName.Parse(host + "/a").Registry != host)
        {
            throw EngineException.Invalid($"\"{Text.Short(host)}\" is not a registry's host, as registry.example or localhost:5000.");
        }
    }

    private Kept? Read(string host) => store.Setting(Prefix + host) is { } json ? EngineJson.Read<Kept>(json) : null;

    private static RegistrySettings Shown(string host, Kept? kept) => new(host, kept?.Insecure, kept is null || kept.Mirrors.IsDefault ? [] : kept.Mirrors, kept?.Username);

    private sealed record Kept(bool? Insecure, ImmutableArray<string> Mirrors, string? Username, string? Secret);
}
