using System.Collections.Immutable;
using System.Threading.Channels;
using Brig.Engine;
using Brig.Engine.Alerts;

namespace Brig.Web.Tests.Fakes;

/// <summary>Keeps what it is given and says what a test put in; whom it does not know it refuses.</summary>
public sealed class FakeAlerts : IAlerts
{
    private readonly Channel<AlertChange> _changes = Channel.CreateBounded<AlertChange>(100);   // a test that says more fails

    public List<AlertRule> All { get; } = [];
    public List<AlertIncident> Told { get; } = [];
    public List<AlertTarget> AllTargets { get; } = [];
    public List<AlertSilence> AllSilences { get; } = [];
    public List<string> Tested { get; } = [];
    public AlertPreview Preview { get; set; } = new(DateTimeOffset.UnixEpoch, DateTimeOffset.UnixEpoch.AddHours(1), 1, [], null);

    public ImmutableArray<AlertRule> Rules() => [.. All];

    public AlertRule Get(string rule) => All.Find(one => one.Id == rule || one.Spec.Name == rule) ?? throw EngineException.NotFound($"There is no alert rule \"{rule}\".");

    public Task<AlertRule> CreateAsync(AlertSpec spec, CancellationToken stop = default)
    {
        if (All.Exists(one => one.Spec.Name == spec.Name))
        {
            throw EngineException.Conflict($"There is a rule \"{spec.Name}\" already; choose another name.");
        }
        var rule = new AlertRule("r" + All.Count, spec, DateTimeOffset.UnixEpoch, null, []);
        All.Add(rule);
        return Task.FromResult(rule);
    }

    public Task<AlertRule> ChangeAsync(string rule, AlertSpec spec, CancellationToken stop = default)
    {
        var before = Get(rule);
        var after = before with { Spec = spec };
        All[All.IndexOf(before)] = after;
        return Task.FromResult(after);
    }

    public Task RemoveAsync(string rule, CancellationToken stop = default)
    {
        All.Remove(Get(rule));
        return Task.CompletedTask;
    }

    public ImmutableArray<AlertIncident> Incidents(string? rule = null, string? source = null, bool onlyFiring = false, int limit = 200) =>
        [.. Told.Where(one => (rule is null || one.RuleId == rule) && (source is null || one.Source == source) && (!onlyFiring || one.ResolvedAt is null)).Take(limit)];

    public Task<AlertPreview> PreviewAsync(AlertSpec spec, DateTimeOffset from, DateTimeOffset to, CancellationToken stop = default) => Task.FromResult(Preview);

    public ImmutableArray<AlertTarget> Targets() => [.. AllTargets];

    public Task<AlertTarget> SetTargetAsync(AlertTarget target, CancellationToken stop = default)
    {
        AllTargets.RemoveAll(one => one.Name == target.Name);
        AllTargets.Add(target);
        return Task.FromResult(target);
    }

    public Task RemoveTargetAsync(string name, CancellationToken stop = default)
    {
        if (AllTargets.RemoveAll(one => one.Name == name) == 0)
        {
            throw EngineException.NotFound($"There is no target \"{name}\".");
        }
        return Task.CompletedTask;
    }

    public Task TestTargetAsync(string name, CancellationToken stop = default)
    {
        Tested.Add(name);
        return name == "broken" ? Task.FromException(EngineException.Failed("example.org answered 500 Internal Server Error.")) : Task.CompletedTask;
    }

    public ImmutableArray<AlertSilence> Silences() => [.. AllSilences];

    public Task<AlertSilence> SilenceAsync(SilenceSpec spec, CancellationToken stop = default)
    {
        var silence = new AlertSilence("s" + AllSilences.Count, spec.Rule, spec.Container, DateTimeOffset.UnixEpoch + spec.For, spec.Reason);
        AllSilences.Add(silence);
        return Task.FromResult(silence);
    }

    public Task RemoveSilenceAsync(string id, CancellationToken stop = default)
    {
        AllSilences.RemoveAll(one => one.Id == id);
        return Task.CompletedTask;
    }

    public Live<AlertIncident, AlertChange> Follow() => new([.. Told.Where(one => one.ResolvedAt is null)], _changes.Reader, new Nothing());

    public void Say(AlertChange change) => Assert.True(_changes.Writer.TryWrite(change));

    private sealed class Nothing : IDisposable
    {
        public void Dispose()
        {
        }
    }
}
