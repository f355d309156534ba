using System.Collections.Immutable;
using Brig.Linux.Seccomp;

namespace Brig.Engine.Isolation.Seccomp;

/// <summary>
/// A profile for one container: its capabilities, this machine's architecture and kernel decide which rules hold, as in Docker. Where several rules hold for a
/// call, the strictest answers: never weaker than libseccomp, where a rule without conditions silences those with.
/// </summary>
/// <param name="Kernel">Of uname(2).</param>
internal sealed class ProfileResolver(SeccompProfile profile, CapabilitySet bounding, Version kernel)
{
    private const int ENOSYS = 38;

    /// <exception cref="EngineException">Invalid: it denies by name what is no system call anywhere.</exception>
    /// <param name="of">Null: this machine's own.</param>
    public ResolvedProfile Resolve(SyscallArch? of = null)
    {
        var native = of ?? SyscallArches.Native;
        var calls = Calls(native);
        return new(
            [.. calls.Select(call => new ResolvedCall(SyscallNames.Name(native, (int)call.Key)!, (int)call.Key, call.Value)).OrderBy(call => call.Name, StringComparer.Ordinal)],
            profile.Default, Newest(native), Beyond, [.. profile.Architectures.Where(arch => arch != native)]);
    }

    public SeccompAnswer Otherwise => profile.Default;

    /// <summary>As a kernel that does not have the call, so that libc falls back: with EPERM it would give up (runc does the same).</summary>
    public SeccompAnswer Beyond => IsOpen(profile.Default.Action) ? profile.Default : new(SeccompAction.Errno, ENOSYS);

    /// <summary>The rules of every call that is named and exists, by number; the last of each has no conditions.</summary>
    public Dictionary<uint, ImmutableArray<ResolvedRule>> Calls(SyscallArch arch)
    {
        var calls = new Dictionary<uint, List<SeccompRule>>();
        foreach (var rule in profile.Rules.Where(Holds))
        {
            foreach (string name in rule.Names)
            {
                switch (SyscallNames.Find(arch, name, out int number))
                {
                    case SyscallKnown.Here when calls.TryGetValue((uint)number, out var rules):
                        rules.Add(rule);
                        break;
                    case SyscallKnown.Here:
                        calls.Add((uint)number, [rule]);
                        break;
                    // A name that nobody knows opens nothing where all is closed; where all is open, it would leave open what was meant.
                    case SyscallKnown.Nowhere when IsOpen(profile.Default.Action) && !IsOpen(rule.Answer.Action):
                        throw EngineException.Invalid(
                            $"In the seccomp profile, syscalls[{rule.Entry}] denies \"{Text.Short(name)}\", which is no system call.{Near.Hint(name, SyscallNames.All(arch))}");
                    default:
                        break;
                }
            }
        }
        return calls.ToDictionary(call => call.Key, call => InOrder(call.Value));
    }

    /// <summary>The highest number that is named in it, whether the rule holds here or not.</summary>
    public int Newest(SyscallArch arch) => profile.Rules.SelectMany(rule => rule.Names)
        .Select(name => SyscallNames.Find(arch, name, out int number) == SyscallKnown.Here ? number : 0).DefaultIfEmpty().Max();

    private static bool IsOpen(SeccompAction action) => action is SeccompAction.Allow or SeccompAction.Log;

    private ImmutableArray<ResolvedRule> InOrder(IEnumerable<SeccompRule> rules)
    {
        var ordered = rules.OrderByDescending(rule => rule.Answer.Action).ThenBy(rule => rule.Args.IsEmpty).Select(rule => new ResolvedRule(rule.Args, rule.Answer)).ToList();
        int last = ordered.FindIndex(rule => rule.Args.IsEmpty);
        return last >= 0 ? [.. ordered.Take(last + 1)] : [.. ordered, new([], profile.Default)];
    }

    private bool Holds(SeccompRule rule)
    {
        var (with, without) = (rule.Includes, rule.Excludes);
        string here = SyscallArches.Native.Go();
        return with.Caps.All(Has) && (with.Arches.IsEmpty || with.Arches.Contains(here)) && (with.MinKernel is null || kernel >= with.MinKernel)
            && !without.Caps.Any(Has) && !without.Arches.Contains(here) && (without.MinKernel is null || kernel < without.MinKernel);

        bool Has(string cap) => bounding.Has(cap[4..]);
    }
}
