using System.Collections.Immutable;
using Brig.Engine.Containers;
using Brig.Engine.Stacks.Plans;

namespace Brig.Engine.History.Keeping;

/// <summary>Every source there is. The keeper alone changes it, under the lock that readers take to see one moment of seconds and chunks.</summary>
internal sealed class SourceBook
{
    private readonly Dictionary<string, SourceEntry> _byId = [];

    public Lock Gate { get; } = new();

    public static HistorySource TheMachine { get; } =
        new(HistorySource.Machine, HistorySource.Machine, null, null, null, ImmutableDictionary<string, string>.Empty, null, null, null, null);

    public static HistorySource Of(Container container) => new(
        container.Id.Value, container.Name, container.Spec.Image, container.Spec.Labels.GetValueOrDefault(Labels.Project), container.Spec.Labels.GetValueOrDefault(Labels.Service),
        container.Spec.Labels, container.CreatedAt, null, null, null) { Privileged = container.Spec.Privileged };

    /// <summary>The keeper's.</summary>
    public IEnumerable<SourceEntry> Entries => _byId.Values;

    public SourceEntry? TryGet(string id) => _byId.GetValueOrDefault(id);

    /// <summary>The keeper's.</summary>
    public SourceEntry Add(HistorySource known)
    {
        var entry = new SourceEntry(known);
        lock (Gate)
        {
            _byId[known.Id] = entry;
        }
        return entry;
    }

    public void Remove(SourceEntry entry)
    {
        lock (Gate)
        {
            _byId.Remove(entry.Known.Id);
        }
    }

    /// <summary>Those with a history, and the containers there are, as they are called now.</summary>
    public ImmutableArray<HistorySource> All(ImmutableArray<Container> containers)
    {
        var there = containers.ToDictionary(container => container.Id.Value, Of);
        lock (Gate)
        {
            foreach (var entry in _byId.Values)
            {
                var now = entry.Now;
                there[now.Id] = there.TryGetValue(now.Id, out var live) ? live with { From = now.From, To = now.To }
                    : now.Id == HistorySource.Machine ? now : now with { RemovedAt = now.RemovedAt ?? now.To };
            }
        }
        there.TryAdd(HistorySource.Machine, TheMachine);
        return [.. there.Values];
    }

    /// <summary>The machine first, then by name, the newest of a name first.</summary>
    public static ImmutableArray<HistorySource> Sorted(ImmutableArray<HistorySource> all) =>
        [.. all.OrderBy(source => source.Id != HistorySource.Machine).ThenBy(source => source.Name, StringComparer.Ordinal).ThenByDescending(source => source.CreatedAt)];
}
