using System.Collections.Immutable;

namespace Brig.Engine.Alerts.Watching;

/// <summary>A rule at work: what it looks for, ready to use, and how it stands with whom. Used under the desk's lock, but for what never changes.</summary>
internal sealed class Watch
{
    private readonly Dictionary<string, (AlertSource Source, Recent Recent)> _recents = [];

    /// <exception cref="EngineException">Invalid: a rule that another version of Brig could take.</exception>
    public Watch(KeptRule rule)
    {
        var spec = rule.Spec;
        (Id, Spec, CreatedAt, Since) = (rule.Id, spec, rule.CreatedAt, rule.Since ?? rule.CreatedAt);
        Matches = spec.Log is { } log ? AlertChecks.Matcher(log) : null;
        Measure = spec.Metric is { } metric ? Watching.Measure.Of(metric, spec.Scope.Machine) : null;
    }

    public string Id { get; }
    public AlertSpec Spec { get; }
    public DateTimeOffset CreatedAt { get; }

    /// <summary>When it was saved or turned on last: what was before is not its business.</summary>
    public DateTimeOffset Since { get; }

    /// <summary>Lines that came faster than they were looked at, and when that was last.</summary>
    public (string Name, long Lines, TimeSpan At)? Skipped { get; set; }
    public Func<string, bool>? Matches { get; }
    public Measure? Measure { get; }
    public AlertSide Side => Spec.Metric?.Side ?? AlertSide.Above;

    /// <summary>By source; who is well is not in it.</summary>
    public Dictionary<string, AlertState> States { get; private init; } = [];

    /// <summary>What is told and not over, by source.</summary>
    public Dictionary<string, string> Incidents { get; private init; } = [];

    /// <summary>The same rule as it is asked for now. What it counted goes on if it still counts the same.</summary>
    public Watch With(KeptRule rule)
    {
        var spec = rule.Spec;
        var next = new Watch(rule) { States = States, Incidents = Incidents };
        if (spec.Event == Spec.Event && spec.Log == Spec.Log)
        {
            foreach (var (id, counted) in _recents)
            {
                next._recents.Add(id, counted);
            }
        }
        return next;
    }

    public void Count(AlertSource source, TimeSpan at, string what)
    {
        if (!_recents.TryGetValue(source.Id, out var counted))
        {
            counted = (source, new(Spec.Event?.Count ?? Spec.Log?.Count ?? 1));
            _recents.Add(source.Id, counted);
        }
        counted.Recent.Add(at, what);
    }

    /// <summary>How often within the rule's time, and what the last was.</summary>
    public (int Count, string Last) Counted(string source, TimeSpan now)
    {
        if (!_recents.TryGetValue(source, out var counted))
        {
            return (0, "");
        }
        int count = counted.Recent.Within(now, Spec.Event?.Within ?? Spec.Log?.Within ?? TimeSpan.Zero);
        if (count == 0)
        {
            _recents.Remove(source);
        }
        return (count, counted.Recent.Last);
    }

    /// <summary>Those it counted something of, also when they are gone by now.</summary>
    public IEnumerable<AlertSource> CountedSources => _recents.Values.Select(counted => counted.Source);

    public AlertRule Shown(IReadOnlyDictionary<string, AlertSource> sources, Func<TimeSpan, DateTimeOffset> wall, string? trouble) => new(Id, Spec, CreatedAt, trouble,
        [.. States.Where(pair => pair.Value.Stage != AlertStage.Quiet)
            .Select(pair => new AlertStanding(pair.Key, sources.GetValueOrDefault(pair.Key)?.Name ?? pair.Key, pair.Value.Stage, wall(pair.Value.Since), pair.Value.Value))
            .OrderBy(standing => standing.Name, StringComparer.Ordinal)]);
}
