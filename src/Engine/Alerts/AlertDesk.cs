using System.Collections.Immutable;
using Brig.Engine.Alerts.Watching;

namespace Brig.Engine.Alerts;

/// <summary>
/// Every rule at work, how it stands with whom, what it told, and those who follow: one lock for all of it. It waits for nothing and sends nothing:
/// <see cref="Tick"/> says what changed, and <see cref="AlertHost"/> writes, tells and sends it.
/// </summary>
internal sealed class AlertDesk
{
    /// <summary>Part by which what was seen must be worse than what was told to be worth a write.</summary>
    private const double NewWorst = 0.05;

    /// <summary>How long it is told that lines were skipped.</summary>
    private static readonly TimeSpan s_recently = TimeSpan.FromMinutes(5);

    private readonly Lock _gate = new();
    private readonly SortedDictionary<string, Watch> _byId = new(StringComparer.Ordinal);
    private readonly Dictionary<(string Rule, string Source), TimeSpan> _told = [];
    private readonly TargetTable _targets;
    private readonly SilenceTable _silences;
    private readonly Feed<AlertChange> _feed;
    private readonly IncidentBook _incidents;
    private readonly TimeProvider _time;
    private readonly long _begin;
    private IReadOnlyDictionary<string, AlertSource> _sources = ImmutableDictionary<string, AlertSource>.Empty;

    public AlertDesk(IncidentBook incidents, TargetTable targets, SilenceTable silences, TimeProvider time)
    {
        (_incidents, _targets, _silences, _time, _begin) = (incidents, targets, silences, time, time.GetTimestamp());
        _feed = new(_gate);
    }

    /// <summary>Time since the engine began, on a clock that nobody sets.</summary>
    public TimeSpan Now => _time.GetElapsedTime(_begin);

    /// <summary>What was kept; firings go on where they were, so that nobody is told twice.</summary>
    public void Open(IEnumerable<KeptRule> rules)
    {
        lock (_gate)
        {
            foreach (var rule in rules)
            {
                _byId[rule.Id] = new(rule);
            }
            foreach (var incident in _incidents.NewestFirst.ToArray())
            {
                if (incident.Quiet is null)
                {
                    _told.TryAdd((incident.RuleId, incident.Source), Elapsed(incident.FiredAt));
                }
                if (incident.ResolvedAt is not null)
                {
                    continue;
                }
                if (_byId.TryGetValue(incident.RuleId, out var watch) && watch.Incidents.TryAdd(incident.Source, incident.Id))
                {
                    watch.States[incident.Source] = new(AlertStage.Firing, Elapsed(incident.FiredAt), incident.Worst, incident.Worst);
                }
                else
                {
                    _incidents.Put(incident with { ResolvedAt = _time.GetUtcNow(), Ending = "The rule was removed." });
                }
            }
        }
    }

    public ImmutableArray<AlertRule> Rules()
    {
        lock (_gate)
        {
            return [.. _byId.Values.Select(Shown).OrderBy(rule => rule.Spec.Name, StringComparer.OrdinalIgnoreCase)];
        }
    }

    /// <exception cref="EngineException">NotFound.</exception>
    public AlertRule Get(string rule)
    {
        lock (_gate)
        {
            return Shown(Find(rule));
        }
    }

    /// <summary>Those at work now, for who reads along.</summary>
    public ImmutableArray<Watch> Watches()
    {
        lock (_gate)
        {
            return [.. _byId.Values.Where(watch => watch.Spec.Enabled)];
        }
    }

    /// <exception cref="EngineException">Conflict: the name is taken. NotFound: a target nobody knows.</exception>
    public void CheckNew(AlertSpec spec, string? but = null)
    {
        lock (_gate)
        {
            if (_byId.Values.Any(watch => watch.Id != but && watch.Spec.Name == spec.Name))
            {
                throw EngineException.Conflict($"There is a rule \"{spec.Name}\" already; choose another name.");
            }
            foreach (string target in spec.Targets)
            {
                _ = _targets.Get(target);
            }
        }
    }

    public AlertRule Put(KeptRule rule)
    {
        lock (_gate)
        {
            _byId[rule.Id] = _byId.TryGetValue(rule.Id, out var before) ? before.With(rule) : new(rule);
            var shown = Shown(_byId[rule.Id]);
            _feed.Publish(new(Rule: shown));
            return shown;
        }
    }

    /// <summary>What it told is over.</summary>
    public ImmutableArray<AlertIncident> Remove(string id)
    {
        lock (_gate)
        {
            if (!_byId.Remove(id, out var watch))
            {
                return [];
            }
            _feed.Publish(new(RemovedRule: id));
            return [.. watch.Incidents.Values.ToArray().Select(_incidents.Find).OfType<AlertIncident>().Select(incident => End(watch, incident, "The rule was removed."))];
        }
    }

    /// <summary>The rules that send to it, by name.</summary>
    public ImmutableArray<string> UsersOf(string target)
    {
        lock (_gate)
        {
            return [.. _byId.Values.Where(watch => watch.Spec.Targets.Contains(target)).Select(watch => watch.Spec.Name)];
        }
    }

    /// <summary>The newest first; those that go on before those that are over.</summary>
    public ImmutableArray<AlertIncident> Incidents(string? rule, string? source, bool onlyFiring, int limit)
    {
        lock (_gate)
        {
            var fitting = _incidents.NewestFirst.Where(one => (rule is null || one.RuleId == rule || one.Rule == rule) && (source is null || one.Source == source || one.Name == source)).ToArray();
            return [.. fitting.Where(one => one.ResolvedAt is null).Concat(onlyFiring ? [] : fitting.Where(one => one.ResolvedAt is not null)).Take(Math.Max(0, limit))];
        }
    }

    public Live<AlertIncident, AlertChange> Follow()
    {
        lock (_gate)
        {
            return _feed.Follow<AlertIncident>([.. _incidents.NewestFirst.Where(one => one.ResolvedAt is null)]);
        }
    }

    /// <summary>Something happened to a container, or it wrote a line that was looked for.</summary>
    public void Count(Watch watch, AlertSource source, string what, TimeSpan at)
    {
        lock (_gate)
        {
            if (_byId.GetValueOrDefault(watch.Id) is { } now)
            {
                now.Count(source, at, what);
            }
        }
    }

    /// <summary>Lines of it came faster than they were looked at.</summary>
    public void Skipped(IEnumerable<Watch> watches, AlertSource source, long lines)
    {
        lock (_gate)
        {
            foreach (var watch in watches)
            {
                watch.Skipped = (source.Name, lines + (watch.Skipped is { } before && Now - before.At < s_recently ? before.Lines : 0), Now);
            }
        }
    }

    /// <summary>Those that something was counted of; a container that was removed at once is among them.</summary>
    public ImmutableArray<AlertSource> Counted()
    {
        lock (_gate)
        {
            return [.. _byId.Values.SelectMany(watch => watch.CountedSources)];
        }
    }

    /// <summary>One look at everything.</summary>
    /// <returns>What is told, and what is over; and what kept a rule from being looked at, which keeps none of the others.</returns>
    public (ImmutableArray<AlertIncident> Changed, Exception? Failure) Tick(Sight sight)
    {
        lock (_gate)
        {
            _sources = sight.Sources;
            ForgetTold();
            var changed = ImmutableArray.CreateBuilder<AlertIncident>();
            Exception? failure = null;
            foreach (var watch in _byId.Values)
            {
                try
                {
                    Look(watch, sight, changed);
                }
                catch (Exception e)
                {
                    failure = e;
                }
            }
            return (changed.DrainToImmutable(), failure);
        }
    }

    /// <summary>A message was sent, or not.</summary>
    public void Delivered(string incident, AlertDelivery delivery)
    {
        lock (_gate)
        {
            if (_incidents.Find(incident) is not { } known)
            {
                return;
            }
            int at = known.Deliveries.ToList().FindIndex(one => one.Target == delivery.Target && one.Phase == delivery.Phase);
            Publish(known with { Deliveries = at < 0 ? known.Deliveries.Add(delivery) : known.Deliveries.SetItem(at, delivery) });
        }
    }

    public AlertIncident? Incident(string id)
    {
        lock (_gate)
        {
            return _incidents.Find(id);
        }
    }

    public IncidentChanges? TakeUnwritten()
    {
        lock (_gate)
        {
            return _incidents.Take();
        }
    }

    public void PutBack(IncidentChanges changes)
    {
        lock (_gate)
        {
            _incidents.PutBack(changes);
        }
    }

    public void End()
    {
        lock (_gate)
        {
            _feed.End();
        }
    }

    private void Look(Watch watch, Sight sight, ImmutableArray<AlertIncident>.Builder changed)
    {
        var now = Now;
        IEnumerable<string> inScope = watch.Spec.Enabled ? sight.Sources.Values.Where(source => source.IsIn(watch.Spec.Scope)).Select(source => source.Id) : [];
        string[] all = [.. inScope.Union(watch.States.Keys)];
        bool isOtherStage = false;
        foreach (string id in all)
        {
            bool isIn = watch.Spec.Enabled && sight.Sources.TryGetValue(id, out var source) && source.IsIn(watch.Spec.Scope);
            var before = watch.States.GetValueOrDefault(id, AlertState.Quiet(now));
            var (isSo, value, words) = isIn ? sight.Look(watch, id, now) : (null, double.NaN, "");
            var after = before.Step(isSo, value, watch.Side, watch.Spec.For, now);
            isOtherStage |= before.Stage != after.Stage;
            if (after.Stage == AlertStage.Quiet)
            {
                watch.States.Remove(id);
            }
            else
            {
                watch.States[id] = after;
            }
            if (after.IsTold && !before.IsTold)
            {
                changed.Add(Begin(watch, sight.Sources[id], after, words));
            }
            else if (watch.Incidents.TryGetValue(id, out string? incident))
            {
                if (_incidents.Find(incident) is { } told)
                {
                    GoOn(watch, told, after, isIn, changed);
                }
                else
                {
                    watch.Incidents.Remove(id);
                    watch.States.Remove(id);
                }
            }
        }
        if (isOtherStage)
        {
            _feed.Publish(new(Rule: Shown(watch)));
        }
    }

    private void ForgetTold()
    {
        var now = Now;
        foreach (var key in _told.Keys.Where(key => !_byId.TryGetValue(key.Rule, out var watch) || now - _told[key] > watch.Spec.CoolDown).ToArray())
        {
            _told.Remove(key);
        }
    }

    private AlertIncident Begin(Watch watch, AlertSource source, AlertState state, string words)
    {
        string? quiet = QuietReason(watch, source.Id, source.Name);
        var incident = new AlertIncident(AlertBook.NewId(), watch.Id, watch.Spec.Name, source.Id, source.Name, AlertWords.Fired(watch.Spec, source, state.Value, words), _time.GetUtcNow(), null, null, state.Worst, quiet,
            quiet is null ? Deliveries(watch, AlertPhase.Fired) : []) { Privileged = source.Privileged };
        if (quiet is null)
        {
            _told[(watch.Id, source.Id)] = Now;
        }
        watch.Incidents[source.Id] = incident.Id;
        Publish(incident);
        return incident;
    }

    private void GoOn(Watch watch, AlertIncident incident, AlertState state, bool isIn, ImmutableArray<AlertIncident>.Builder changed)
    {
        if (!state.IsTold)
        {
            changed.Add(End(watch, incident, isIn ? "It is well again." : !watch.Spec.Enabled ? "The rule was turned off." : _sources.ContainsKey(incident.Source) ? "The rule is no longer about it." : "The container was removed."));
        }
        else if (state.Stage == AlertStage.Firing && incident.Quiet is not null && QuietReason(watch, incident.Source, incident.Name) is null)
        {
            // What kept it quiet is over, and it still goes on.
            _told[(watch.Id, incident.Source)] = Now;
            var loud = incident with { Quiet = null, Deliveries = Deliveries(watch, AlertPhase.Fired) };
            Publish(loud);
            changed.Add(loud);
        }
        else if (Math.Abs(state.Worst - incident.Worst) > Math.Abs(incident.Worst) * NewWorst)
        {
            Publish(incident with { Worst = state.Worst });
        }
    }

    private AlertIncident End(Watch watch, AlertIncident incident, string ending)
    {
        watch.Incidents.Remove(incident.Source);
        var over = incident with { ResolvedAt = _time.GetUtcNow(), Ending = ending, Deliveries = incident.Quiet is null ? incident.Deliveries.AddRange(Deliveries(watch, AlertPhase.Resolved)) : incident.Deliveries };
        Publish(over);
        return over;
    }

    private static ImmutableArray<AlertDelivery> Deliveries(Watch watch, AlertPhase phase) =>
        [.. watch.Spec.Targets.Distinct().Select(target => new AlertDelivery(target, phase, DeliveryState.Waiting))];

    private string? QuietReason(Watch watch, string source, string name)
    {
        if (_silences.Find(watch.Id, source, name) is { } silence)
        {
            return $"Silenced until {silence.Until:u}{(silence.Reason.Length > 0 ? ": " + silence.Reason : "")}.";
        }
        return _told.TryGetValue((watch.Id, source), out var last) && Now - last < watch.Spec.CoolDown ? "It was told a short while ago, and its cool-down is not over." : null;
    }

    private void Publish(AlertIncident incident)
    {
        _incidents.Put(incident);
        _feed.Publish(new(Incident: incident));
    }

    private AlertRule Shown(Watch watch) => watch.Shown(_sources, since => _time.GetUtcNow() - (Now - since), Trouble(watch));

    private string? Trouble(Watch watch) =>
        watch.Spec.Targets.FirstOrDefault(target => _targets.TryGet(target) is null) is { } gone ? $"There is no target {gone} any more."
        : watch.Skipped is { } skipped && Now - skipped.At < s_recently ? $"{skipped.Lines} lines of {skipped.Name} came too fast to be looked at."
        : null;

    private Watch Find(string rule) =>
        _byId.GetValueOrDefault(rule) ?? _byId.Values.FirstOrDefault(watch => watch.Spec.Name == rule)
        ?? throw EngineException.NotFound($"There is no alert rule \"{Text.Short(rule)}\".{Near.Hint(rule, _byId.Values.Select(watch => watch.Spec.Name))}");

    private TimeSpan Elapsed(DateTimeOffset at) => Now - TimeSpan.FromTicks(Math.Max(0, (_time.GetUtcNow() - at).Ticks));
}
