using System.Collections.Immutable;
using System.Globalization;
using System.Text;
using Brig.Engine.Containers;
using Brig.Engine.Metrics;

namespace Brig.Web.Components.Parts;

/// <summary>The containers of one viewer's table: what is there, in which order it is shown, and what is selected.</summary>
public sealed class ContainerTable
{
    private readonly Dictionary<ContainerId, Container> _all = [];
    private readonly HashSet<ContainerId> _selected = [];
    private ImmutableArray<Container> _rows = [];

    public ImmutableArray<Container> Rows => _rows;
    public int Total => _all.Count;

    public void Begin(ImmutableArray<Container> all)
    {
        _all.Clear();
        foreach (var one in all.Where(one => one.Spec.Sandbox is null))   // a pod is shown among the pods
            _all[one.Id] = one;
        _selected.RemoveWhere(id => !_all.ContainsKey(id));
    }

    public void Apply(ContainerChange change)
    {
        if (change.Container is { Spec.Sandbox: not null })
            return;
        if (change.Container is { } now)
            _all[change.Id] = now;
        else if (_all.Remove(change.Id))
            _selected.Remove(change.Id);
    }

    /// <summary>How many there are in each state that occurs, in the order of <see cref="StateLook.Keys"/>.</summary>
    public IEnumerable<(string Key, int Count)> States() =>
        _all.Values.CountBy(c => StateLook.Of(c.State).Key).OrderBy(p => Array.IndexOf(StateLook.Keys, p.Key)).Select(p => (p.Key, p.Value));

    public int Privileged => _all.Values.Count(c => c.Spec.Privileged);

    /// <summary>Works out the rows anew.</summary>
    /// <param name="hold">Leave rows that stay where they are, because the pointer is over them; new ones come last.</param>
    public void Arrange(TableQuery query, MetricsFrame? now, bool hold)
    {
        var samples = query.IsLive ? now?.Containers.ToDictionary(s => s.Id) ?? [] : [];
        var shown = _all.Values.Where(c => Matches(c, query));
        var sorted = Sort(shown, query, id => samples.GetValueOrDefault(id));
        _rows = hold ? KeepPlaces(sorted) : [.. sorted];
    }

    public bool IsSelected(ContainerId id) => _selected.Contains(id);

    public ImmutableArray<Container> Selected => [.. _rows.Where(c => _selected.Contains(c.Id))];

    public void Select(ContainerId id, bool on) => _ = on ? _selected.Add(id) : _selected.Remove(id);

    public void SelectAll(bool on)
    {
        _selected.Clear();
        if (on)
            _selected.UnionWith(_rows.Select(c => c.Id));
    }

    /// <summary>The rows as they are shown, RFC 4180.</summary>
    public string ToCsv(MetricsFrame? now)
    {
        var samples = now?.Containers.ToDictionary(s => s.Id) ?? [];
        var csv = new StringBuilder("id,name,image,state,cpu_cores,memory_bytes,pids,started_at,ports,restarts,command\r\n");
        foreach (var c in _rows)
        {
            var s = samples.GetValueOrDefault(c.Id);
            csv.AppendJoin(',', new[]
            {
                c.Id.Value, c.Name, c.Spec.Image, StateLook.Of(c.State).Word, s?.CpuCores.ToString("0.###", CultureInfo.InvariantCulture), s?.Memory.ToString(CultureInfo.InvariantCulture),
                s?.Pids.ToString(CultureInfo.InvariantCulture), c.State.StartedAt?.ToString("O", CultureInfo.InvariantCulture), string.Join(' ', c.Ports.Select(PortWords.Of)), c.State.RestartCount.ToString(CultureInfo.InvariantCulture), c.CommandLine,
            }.Select(Quote)).Append("\r\n");
        }

        return csv.ToString();
    }

    private static bool Matches(Container c, TableQuery query) =>
        (query.State is null || StateLook.Of(c.State).Key == query.State)
        && (query.Text.Length == 0
            || c.Name.Contains(query.Text, StringComparison.OrdinalIgnoreCase)
            || c.Spec.Image.Contains(query.Text, StringComparison.OrdinalIgnoreCase)
            || c.Id.Value.StartsWith(query.Text, StringComparison.OrdinalIgnoreCase)
            || c.Ports.Any(port => PortWords.Of(port).Contains(query.Text, StringComparison.Ordinal))
            || c.CommandLine.Contains(query.Text, StringComparison.OrdinalIgnoreCase)
            || (c.Spec.Privileged && Resources.Text.T("container.privileged").Equals(query.Text, StringComparison.OrdinalIgnoreCase)));

    private static IEnumerable<Container> Sort(IEnumerable<Container> rows, TableQuery query, Func<ContainerId, ContainerSample?> sample)
    {
        Func<Container, IComparable?> key = query.By switch
        {
            SortBy.Image => c => c.Spec.Image,
            SortBy.State => c => StateLook.Of(c.State).Rank,
            SortBy.Cpu => c => sample(c.Id)?.CpuCores ?? -1,
            SortBy.Memory => c => sample(c.Id)?.Memory ?? -1,
            SortBy.Pids => c => sample(c.Id)?.Pids ?? -1,
            SortBy.Uptime => c => c.State.Status is ContainerStatus.Running or ContainerStatus.Paused ? -(c.State.StartedAt?.UtcTicks ?? 0) : long.MinValue,
            SortBy.Restarts => c => c.State.RestartCount,
            _ => c => c.Name,
        };
        var sorted = query.Descending ? rows.OrderByDescending(key) : rows.OrderBy(key);
        return sorted.ThenBy(c => c.Name, StringComparer.Ordinal);
    }

    private ImmutableArray<Container> KeepPlaces(IEnumerable<Container> sorted)
    {
        var now = sorted.ToDictionary(c => c.Id);
        var kept = _rows.Where(c => now.ContainsKey(c.Id)).Select(c => now[c.Id]).ToArray();
        return [.. kept, .. now.Values.ExceptBy(kept.Select(c => c.Id), c => c.Id)];
    }

    private static string Quote(string? field) =>
        field is null ? "" : field.AsSpan().ContainsAny(",\"\r\n") ? "\"" + field.Replace("\"", "\"\"", StringComparison.Ordinal) + "\"" : field;
}
