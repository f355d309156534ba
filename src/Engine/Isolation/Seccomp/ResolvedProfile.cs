using System.Collections.Immutable;
using Brig.Linux.Seccomp;

namespace Brig.Engine.Isolation.Seccomp;

/// <summary>What a profile means for one container on this machine, in this machine's own architecture; by name.</summary>
/// <param name="Calls">Those it names. <see cref="All"/> answers for every other.</param>
/// <param name="Otherwise">For the calls it does not name, up to <paramref name="Newest"/>.</param>
/// <param name="Newest">The highest number it names; above it <paramref name="Beyond"/> answers, for its author cannot have meant them.</param>
/// <param name="Also">Further architectures it allows, with the same rules.</param>
public sealed record ResolvedProfile(
    ImmutableArray<ResolvedCall> Calls, SeccompAnswer Otherwise, int Newest, SeccompAnswer Beyond, ImmutableArray<SyscallArch> Also)
{
    /// <summary>Every call of this machine's architecture with its answer, by name: for a list to search in.</summary>
    public ImmutableArray<ResolvedCall> All()
    {
        var named = Calls.ToDictionary(call => call.Number);
        return [.. SyscallNames.All(SyscallArches.Native)
            .Select(name => SyscallNames.Find(SyscallArches.Native, name, out int number) == SyscallKnown.Here && named.TryGetValue(number, out var call)
                ? call : new(name, number, [new([], number > Newest ? Beyond : Otherwise)]))
            .OrderBy(call => call.Name, StringComparer.Ordinal)];
    }
}

/// <param name="Rules">The first that holds answers; the last has no conditions.</param>
public sealed record ResolvedCall(string Name, int Number, ImmutableArray<ResolvedRule> Rules)
{
    /// <summary>It is let through whatever its arguments.</summary>
    public bool IsAllowed => Rules[0] is { Args.IsEmpty: true, Answer.Action: SeccompAction.Allow or SeccompAction.Log };

    /// <summary>It is refused whatever its arguments.</summary>
    public bool IsDenied => Rules.All(rule => rule.Answer.Action is not (SeccompAction.Allow or SeccompAction.Log));
}

/// <param name="Args">All must hold; empty: always.</param>
public sealed record ResolvedRule(ImmutableArray<SeccompArg> Args, SeccompAnswer Answer)
{
    /// <summary>For example <c>a0 &amp; 0x7e020000 == 0x0</c>; empty: always.</summary>
    public string Condition => string.Join(" && ", Args.Select(arg => arg.ToString()));
}
