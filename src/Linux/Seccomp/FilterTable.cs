using System.Collections.Immutable;

namespace Brig.Linux.Seccomp;

/// <param name="Args">All must hold; empty: always.</param>
/// <param name="Return">What the filter returns then, SECCOMP_RET_* with its data (seccomp(2)).</param>
public sealed record FilterRule(ImmutableArray<SeccompArg> Args, uint Return);

/// <summary>Numbers of system calls that are answered alike.</summary>
/// <param name="Rules">The first that holds answers, the last has no conditions.</param>
public sealed record FilterRange(uint First, ImmutableArray<FilterRule> Rules);

/// <summary>What a filter answers for one architecture.</summary>
/// <param name="Audit">seccomp_data.arch.</param>
/// <param name="Ranges">By First, the first from 0; each goes to the next.</param>
public sealed record FilterTable(uint Audit, ImmutableArray<FilterRange> Ranges)
{
    /// <param name="calls">By number.</param>
    /// <param name="newest">The last number this filter's author can have known: those up to it that are not in <paramref name="calls"/> are answered by <paramref name="otherwise"/>.</param>
    /// <param name="beyond">The answer to all higher numbers.</param>
    public static FilterTable Make(uint audit, IReadOnlyDictionary<uint, ImmutableArray<FilterRule>> calls, uint newest, uint otherwise, uint beyond)
    {
        var ranges = new List<FilterRange>();
        for (uint number = 0; number <= newest; number++)
            Add(number, calls.TryGetValue(number, out var rules) ? rules : Always(otherwise));
        Add(newest + 1, Always(beyond));
        return new FilterTable(audit, [.. ranges]);

        void Add(uint from, ImmutableArray<FilterRule> rules)
        {
            if (ranges.Count == 0 || !Same(ranges[^1].Rules, rules))
                ranges.Add(new FilterRange(from, rules));
        }
    }

    private static ImmutableArray<FilterRule> Always(uint answer) => [new FilterRule([], answer)];

    internal static bool Same(ImmutableArray<FilterRule> a, ImmutableArray<FilterRule> b) =>
        a.Length == b.Length && a.Zip(b).All(pair => pair.First.Return == pair.Second.Return && pair.First.Args.SequenceEqual(pair.Second.Args));
}
