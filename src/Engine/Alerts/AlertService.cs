using System.Collections.Immutable;
using Brig.Engine.Alerts.Sending;
using Brig.Engine.Events;

namespace Brig.Engine.Alerts;

/// <summary>The verbs: checked, written, then in force.</summary>
internal sealed class AlertService(
    AlertDesk desk, TargetTable targets, SilenceTable silences, AlertBook book, AlertPreviewer previewer, Outbox outbox, IEnumerable<IAlertSender> senders, EventLog events, TimeProvider time) : IAlerts
{
    private const int MostRules = 500, MostTargets = 100, MostSilences = 500;
    private static readonly TimeSpan s_longestSilence = TimeSpan.FromDays(366);

    private readonly AsyncLock _changing = new();

    public ImmutableArray<AlertRule> Rules() => desk.Rules();

    public AlertRule Get(string rule) => desk.Get(rule);

    public async Task<AlertRule> CreateAsync(AlertSpec spec, CancellationToken stop)
    {
        spec = Checked(spec);
        using var held = await _changing.TakeAsync(stop);
        desk.CheckNew(spec);
        if (desk.Rules().Length >= MostRules)
        {
            throw EngineException.Conflict($"There are {MostRules} rules already; remove one first.");
        }
        var rule = new KeptRule(AlertBook.NewId(), time.GetUtcNow(), spec);
        await book.KeepAsync(rule, stop);
        events.Add("alert", "create", rule.Id, spec.Name);
        return desk.Put(rule);
    }

    public async Task<AlertRule> ChangeAsync(string rule, AlertSpec spec, CancellationToken stop)
    {
        spec = Checked(spec);
        using var held = await _changing.TakeAsync(stop);
        var before = desk.Get(rule);
        desk.CheckNew(spec, but: before.Id);
        var kept = new KeptRule(before.Id, before.CreatedAt, spec, time.GetUtcNow());
        await book.KeepAsync(kept, stop);
        events.Add("alert", "update", kept.Id, spec.Name);
        return desk.Put(kept);
    }

    public async Task RemoveAsync(string rule, CancellationToken stop)
    {
        using var held = await _changing.TakeAsync(stop);
        var before = desk.Get(rule);
        await book.ForgetRuleAsync(before.Id, stop);
        foreach (var over in desk.Remove(before.Id))
        {
            outbox.Send(over);
        }
        events.Add("alert", "remove", before.Id, before.Spec.Name);
    }

    public ImmutableArray<AlertIncident> Incidents(string? rule, string? source, bool onlyFiring, int limit) => desk.Incidents(rule, source, onlyFiring, limit);

    public Task<AlertPreview> PreviewAsync(AlertSpec spec, DateTimeOffset from, DateTimeOffset to, CancellationToken stop)
    {
        AlertChecks.Check(spec);
        return previewer.LookAsync(spec, from, to, stop);
    }

    public ImmutableArray<AlertTarget> Targets() => [.. targets.List().Select(AlertBook.Shown)];

    public async Task<AlertTarget> SetTargetAsync(AlertTarget target, CancellationToken stop)
    {
        AlertChecks.CheckName(target.Name, "A target");
        if (target.Name.Contains('/', StringComparison.Ordinal) || (target.Webhook is null) == (target.Mail is null))
        {
            throw EngineException.Invalid("A target is either a webhook or a mail, and its name has no slash.");
        }
        senders.First(sender => sender.Takes(target)).Check(target);
        using var held = await _changing.TakeAsync(stop);
        var before = targets.TryGet(target.Name);
        if (before is null && targets.List().Length >= MostTargets)
        {
            throw EngineException.Conflict($"There are {MostTargets} targets already; remove one first.");
        }
        var kept = await book.KeepAsync(target, before, stop);
        targets.Put(kept);
        return AlertBook.Shown(kept);
    }

    public async Task RemoveTargetAsync(string name, CancellationToken stop)
    {
        using var held = await _changing.TakeAsync(stop);
        _ = targets.Get(name);
        if (desk.UsersOf(name) is { Length: > 0 } users)
        {
            throw EngineException.Conflict($"Target {name} is used by {string.Join(", ", users.Take(5).Select(rule => $"\"{rule}\""))}{(users.Length > 5 ? $" and {users.Length - 5} more" : "")}; take it out there first.");
        }
        await book.ForgetTargetAsync(name, stop);
        targets.Remove(name);
    }

    public Task TestTargetAsync(string name, CancellationToken stop) => outbox.SendNowAsync(targets.Get(name), AlertMessage.Test(time.GetUtcNow()), stop);

    public ImmutableArray<AlertSilence> Silences() => silences.List();

    public async Task<AlertSilence> SilenceAsync(SilenceSpec spec, CancellationToken stop)
    {
        if (spec.For <= TimeSpan.Zero || spec.For > s_longestSilence)
        {
            throw EngineException.Invalid("for must be more than nothing, and a year at most.");
        }
        if (spec.Reason.Length > 500)
        {
            throw EngineException.Invalid("reason has 500 characters at most.");
        }
        using var held = await _changing.TakeAsync(stop);
        string? rule = spec.Rule is null ? null : desk.Get(spec.Rule).Id;
        if (silences.List().Length >= MostSilences)
        {
            throw EngineException.Conflict($"There are {MostSilences} silences already; end one first.");
        }
        var silence = new AlertSilence(AlertBook.NewId(), rule, spec.Container, time.GetUtcNow() + spec.For, spec.Reason);
        await book.KeepAsync(silence, stop);
        silences.Put(silence);
        return silence;
    }

    public async Task RemoveSilenceAsync(string id, CancellationToken stop)
    {
        using var held = await _changing.TakeAsync(stop);
        if (!silences.List().Any(silence => silence.Id == id))
        {
            throw EngineException.NotFound($"There is no silence \"{Text.Short(id)}\", or it is over.");
        }
        await book.ForgetSilenceAsync(id, stop);
        silences.Remove(id);
    }

    public Live<AlertIncident, AlertChange> Follow() => desk.Follow();

    private static AlertSpec Checked(AlertSpec spec)
    {
        AlertChecks.Check(spec);
        return spec;
    }
}
