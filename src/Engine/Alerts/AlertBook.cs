using System.Collections.Immutable;
using System.Security.Cryptography;
using Brig.Engine.Images.Registry;
using Brig.Engine.State;

namespace Brig.Engine.Alerts;

/// <summary>Rules, targets and silences as they are kept: settings under <c>alert/</c>. What targets need to log in is encrypted as the registries' passwords are.</summary>
internal sealed class AlertBook(Store store, SecretBox secrets)
{
    private const string Rules = "alert/rule/", Targets = "alert/target/", Silences = "alert/silence/";

    public static string NewId() => Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(6));

    /// <summary>Those that can be read; of the others their keys, and why not: one damaged row keeps nothing else from working.</summary>
    public (ImmutableArray<KeptRule> Rules, ImmutableArray<(string Key, string Error)> Damaged) ReadRules() => Read<KeptRule>(Rules);

    public Task KeepAsync(KeptRule rule, CancellationToken stop) => store.SetAsync(Rules + rule.Id, EngineJson.Write(rule), stop);

    public Task ForgetRuleAsync(string id, CancellationToken stop) => store.RemoveAsync(Rules + id, stop);

    public ImmutableArray<AlertSilence> ReadSilences() => Read<AlertSilence>(Silences).Rows;

    public Task KeepAsync(AlertSilence silence, CancellationToken stop) => store.SetAsync(Silences + silence.Id, EngineJson.Write(silence), stop);

    public Task ForgetSilenceAsync(string id, CancellationToken stop) => store.RemoveAsync(Silences + id, stop);

    /// <summary>With their secrets still closed.</summary>
    public ImmutableArray<AlertTarget> ReadTargets() => Read<AlertTarget>(Targets).Rows;

    /// <param name="before">What is kept of that name now: whose secrets go on where the new one has null.</param>
    /// <returns>As it is kept.</returns>
    public async Task<AlertTarget> KeepAsync(AlertTarget target, AlertTarget? before, CancellationToken stop)
    {
        var closed = target with
        {
            Webhook = target.Webhook is not { } hook ? null
                : hook with { Authorization = Closed(hook.Authorization, before?.Webhook is { } old && SameHost(old.Url, hook.Url) ? old.Authorization : null, target.Name), HasAuthorization = false },
            Mail = target.Mail is not { } mail ? null
                : mail with { Password = Closed(mail.Password, before?.Mail is { } was && was.Host == mail.Host && was.Username == mail.Username ? was.Password : null, target.Name), HasPassword = false },
        };
        await store.SetAsync(Targets + target.Name, EngineJson.Write(closed), stop);
        return closed;
    }

    public Task ForgetTargetAsync(string name, CancellationToken stop) => store.RemoveAsync(Targets + name, stop);

    /// <summary>As people see it.</summary>
    public static AlertTarget Shown(AlertTarget kept) => kept with
    {
        Webhook = kept.Webhook is { } hook ? hook with { Authorization = null, HasAuthorization = hook.Authorization is not null } : null,
        Mail = kept.Mail is { } mail ? mail with { Password = null, HasPassword = mail.Password is not null } : null,
    };

    /// <summary>What was closed when it was kept.</summary>
    /// <exception cref="EngineException">Unavailable.</exception>
    public string? Open(string? closed, string target) => closed is null ? null
        : secrets.Open(closed, About(target)) ?? throw EngineException.Unavailable($"What is kept for target {target} cannot be opened: secret.key is another than when it was kept. Enter it again.");

    private (ImmutableArray<T> Rows, ImmutableArray<(string Key, string Error)> Damaged) Read<T>(string prefix)
    {
        var rows = ImmutableArray.CreateBuilder<T>();
        var damaged = ImmutableArray.CreateBuilder<(string Key, string Error)>();
        foreach (var (key, json) in store.SettingsUnder(prefix))
        {
            try
            {
                rows.Add(EngineJson.Read<T>(json));
            }
            catch (System.Text.Json.JsonException e)
            {
                damaged.Add((key, e.Message));
            }
        }
        return (rows.DrainToImmutable(), damaged.DrainToImmutable());
    }

    private string? Closed(string? given, string? before, string target) => given switch
    {
        null => before,
        "" => null,
        _ => secrets.Close(given, About(target)),
    };

    private static string About(string target) => "alert/" + target;

    /// <summary>A secret does not go on to another host by a change of the address.</summary>
    private static bool SameHost(string a, string b) =>
        Uri.TryCreate(a, UriKind.Absolute, out var one) && Uri.TryCreate(b, UriKind.Absolute, out var other) && one.Scheme == other.Scheme && one.Authority == other.Authority;
}

/// <summary>A rule in the database.</summary>
/// <param name="Since">When it was saved or turned on last; null: when it was made.</param>
internal sealed record KeptRule(string Id, DateTimeOffset CreatedAt, AlertSpec Spec, DateTimeOffset? Since = null);
