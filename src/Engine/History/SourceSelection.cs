using System.Collections.Immutable;

namespace Brig.Engine.History;

/// <summary>One line of a chart: what was asked for, and whose values make it.</summary>
internal sealed record Chosen(string Source, string Name, ImmutableArray<HistorySource> Members)
{
    public bool IsMachine => Members is [{ Id: HistorySource.Machine }];
}

/// <summary>Finds what a query names among all that has a history.</summary>
internal sealed class SourceSelection(ImmutableArray<HistorySource> all)
{
    public ImmutableArray<Chosen> Find(ImmutableArray<string> asked) => [.. asked.SelectMany(Find).DistinctBy(chosen => chosen.Source)];

    /// <exception cref="EngineException">NotFound, Conflict (several ids begin so), Invalid.</exception>
    public IEnumerable<Chosen> Find(string asked)
    {
        int colon = asked.IndexOf(':', StringComparison.Ordinal);
        if (colon < 0)
        {
            var one = One(asked);
            return [new(one.Id, one.Name, [one])];
        }
        string of = asked[(colon + 1)..];
        return asked[..colon] switch
        {
            "stack" => [Sum(asked, of, "stack", source => source.Stack == of)],
            "name" => [Sum(asked, of, "container", source => source.Name == of)],
            "service" => [Service(asked, of)],
            "label" => Label(of),
            _ => throw EngineException.Invalid($"\"{Text.Short(asked)}\" is no source; there are machine, a container's id or name, stack:NAME, service:STACK/SERVICE, name:NAME and label:KEY=VALUE."),
        };
    }

    /// <summary>A stack that never had a container, or that there is not.</summary>
    public bool IsEmptyStack(string asked) => asked.StartsWith(MarkMaker.StackPrefix, StringComparison.Ordinal) && !all.Any(source => source.Stack == asked[MarkMaker.StackPrefix.Length..]);

    private HistorySource One(string asked)
    {
        if (all.FirstOrDefault(source => source.Id == asked) is { } same)
        {
            return same;
        }
        if (all.Where(source => source.Name == asked).MaxBy(source => (source.RemovedAt ?? long.MaxValue, source.CreatedAt)) is { } named)
        {
            return named;
        }
        var starting = asked.Length == 0 ? [] : all.Where(source => source.Id != HistorySource.Machine && source.Id.StartsWith(asked, StringComparison.Ordinal)).Take(2).ToArray();
        return starting.Length switch
        {
            1 => starting[0],
            0 => throw EngineException.NotFound($"Nothing called \"{Text.Short(asked)}\" has a history.{Near.Hint(asked, all.Select(source => source.Name).Distinct())}"),
            _ => throw EngineException.Conflict($"More than one container's id starts with {asked}; give more digits."),
        };
    }

    private Chosen Service(string asked, string of)
    {
        int slash = of.IndexOf('/', StringComparison.Ordinal);
        return slash <= 0
            ? throw EngineException.Invalid($"\"{Text.Short(asked)}\" names no service; it is service:STACK/SERVICE.")
            : Sum(asked, of, "service", source => source.Stack == of[..slash] && source.Service == of[(slash + 1)..]);
    }

    private Chosen Sum(string asked, string name, string what, Func<HistorySource, bool> isMember)
    {
        ImmutableArray<HistorySource> members = [.. all.Where(source => source.Id != HistorySource.Machine && isMember(source))];
        return members.IsEmpty ? throw EngineException.NotFound($"No {what} \"{Text.Short(name)}\" has a history.") : new(asked, name, members);
    }

    private IEnumerable<Chosen> Label(string of)
    {
        int equals = of.IndexOf('=', StringComparison.Ordinal);
        string key = equals < 0 ? of : of[..equals];
        var found = all.Where(source => source.Labels.TryGetValue(key, out string? value) && (equals < 0 || value == of[(equals + 1)..])).ToArray();
        return found.Length switch
        {
            0 => throw EngineException.NotFound($"No container with the label \"{Text.Short(of)}\" has a history."),
            > HistoryQuery.MostSources => throw EngineException.Invalid($"{found.Length} containers have the label \"{Text.Short(of)}\"; {HistoryQuery.MostSources} is the most."),
            _ => found.Select(source => new Chosen(source.Id, source.Name, [source])),
        };
    }
}
