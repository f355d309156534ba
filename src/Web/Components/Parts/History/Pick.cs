using System.Collections.Immutable;
using Brig.Engine.History;
using static Brig.Web.Resources.Text;

namespace Brig.Web.Components.Parts.History;

/// <summary>One thing a chart can show: a container, also a removed one, a stack as one sum, or the machine.</summary>
/// <param name="Source">As the history and the elements want it: an id, <c>stack:NAME</c> or <c>machine</c>.</param>
/// <param name="Name">For people; a removed container says so.</param>
/// <param name="Hint">Image or size.</param>
/// <param name="Group">machine, stacks, containers or removed.</param>
public sealed record Pick(string Source, string Name, string Hint, string Group, ImmutableArray<string> Words, DateTimeOffset? RemovedAt = null)
{
    /// <summary>A container without walls.</summary>
    public bool Privileged { get; init; }

    public const string StackPrefix = "stack:", LabelPrefix = "label:";

    /// <summary>In this order they are offered.</summary>
    public static readonly ImmutableArray<string> Groups = ["machine", "stacks", "containers", "removed"];

    /// <summary>All there is, stacks made of their containers; the newest of a name first.</summary>
    public static ImmutableArray<Pick> Of(ImmutableArray<HistorySource> sources)
    {
        var containers = sources.Where(source => source.Id != HistorySource.Machine).ToList();
        return
        [
            new(HistorySource.Machine, T("history.machine"), "", "machine", [T("history.machine")]),
            .. containers.Where(source => source.Stack is not null).GroupBy(source => source.Stack!, StringComparer.Ordinal).OrderBy(stack => stack.Key, StringComparer.Ordinal)
                .Select(stack => new Pick(StackPrefix + stack.Key, stack.Key, SizeOf(stack.Count(source => source.RemovedAt is null)), "stacks", [stack.Key])),
            .. containers.Where(source => source.RemovedAt is null).Select(OfContainer),
            .. containers.Where(source => source.RemovedAt is not null).OrderByDescending(source => source.RemovedAt).Select(OfContainer),
        ];
    }

    /// <summary>A stack that was taken down is kept as long as what its containers used.</summary>
    private static string SizeOf(int there) => there == 0 ? T("history.stackGone") : Count("history.stackOf", there);

    private static Pick OfContainer(HistorySource source) => new(
        source.Id, source.RemovedAt is null ? source.Name : T("history.removedName", source.Name), source.Image ?? "", source.RemovedAt is null ? "containers" : "removed",
        [source.Name, source.Image ?? "", source.Stack ?? "", source.Id, .. source.Labels.Select(label => $"{label.Key}={label.Value}")],
        source.RemovedAt is { } at ? DateTimeOffset.FromUnixTimeMilliseconds(at) : null) { Privileged = source.Privileged };

    /// <summary>Every word of the text is in one of its words.</summary>
    public bool Matches(string? text) => (text ?? "").Split(' ', StringSplitOptions.RemoveEmptyEntries).All(word => Words.Any(one => one.Contains(word, StringComparison.OrdinalIgnoreCase)));

    /// <summary>What an address names: an id, a name (the newest of it), <c>stack:NAME</c>, <c>label:KEY=VALUE</c> (each that has it).</summary>
    /// <param name="unknown">Of what nothing is kept.</param>
    public static ImmutableArray<Pick> Find(ImmutableArray<Pick> all, IEnumerable<string> asked, out ImmutableArray<string> unknown)
    {
        List<Pick> found = [];
        List<string> missing = [];
        foreach (string one in asked)
        {
            var some = one.StartsWith(LabelPrefix, StringComparison.Ordinal)
                ? all.Where(pick => pick.Words.Contains(one[LabelPrefix.Length..]) && pick.Group is "containers" or "removed").ToList()
                : all.Where(pick => pick.Source == one).Concat(all.Where(pick => pick.Words[0] == one && pick.Group is "containers" or "removed")).Take(1).ToList();
            if (some.Count == 0)
                missing.Add(one);
            found.AddRange(some);
        }
        unknown = [.. missing];
        return [.. found.DistinctBy(pick => pick.Source)];
    }
}
