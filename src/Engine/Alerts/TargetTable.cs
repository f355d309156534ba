using System.Collections.Immutable;

namespace Brig.Engine.Alerts;

/// <summary>Every target, with its secrets closed.</summary>
internal sealed class TargetTable
{
    private readonly Lock _gate = new();
    private readonly SortedDictionary<string, AlertTarget> _byName = new(StringComparer.Ordinal);

    public ImmutableArray<AlertTarget> List()
    {
        lock (_gate)
        {
            return [.. _byName.Values];
        }
    }

    /// <exception cref="EngineException">NotFound.</exception>
    public AlertTarget Get(string name)
    {
        lock (_gate)
        {
            return _byName.GetValueOrDefault(name) ?? throw EngineException.NotFound($"There is no target \"{Text.Short(name)}\".{Near.Hint(name, _byName.Keys)}");
        }
    }

    public AlertTarget? TryGet(string name)
    {
        lock (_gate)
        {
            return _byName.GetValueOrDefault(name);
        }
    }

    public void Put(AlertTarget target)
    {
        lock (_gate)
        {
            _byName[target.Name] = target;
        }
    }

    public void Remove(string name)
    {
        lock (_gate)
        {
            _byName.Remove(name);
        }
    }
}
