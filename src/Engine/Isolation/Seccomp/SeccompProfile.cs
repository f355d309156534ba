using System.Collections.Immutable;
using Brig.Linux.Seccomp;

namespace Brig.Engine.Isolation.Seccomp;

/// <summary>A profile in Docker's JSON format as it was read: who it holds for is decided later, by capabilities, architecture and kernel.</summary>
/// <param name="Default">For every call that no rule answers.</param>
/// <param name="Architectures">This machine's own first, then those that go with it. Calls of others are refused with ENOSYS.</param>
public sealed record SeccompProfile(SeccompAnswer Default, ImmutableArray<SyscallArch> Architectures, ImmutableArray<SeccompRule> Rules);

/// <param name="Entry">Which of <c>syscalls</c> it is, from 0.</param>
/// <param name="Args">All of them must hold; empty: whatever the arguments.</param>
public sealed record SeccompRule(
    int Entry, ImmutableArray<string> Names, SeccompAnswer Answer, ImmutableArray<SeccompArg> Args, SeccompWhen Includes, SeccompWhen Excludes, string Comment);

/// <summary>From the most open to the strictest: where several rules hold for a call, the strictest answers.</summary>
public enum SeccompAction { Allow, Log, Trace, Errno, Trap, KillThread, KillProcess }

/// <param name="Errno">Of Errno and Trace; else 0.</param>
public readonly record struct SeccompAnswer(SeccompAction Action, int Errno = 0);

/// <summary>Includes: the rule holds when all of this does. Excludes: it holds when none of this does. Nothing given: it always holds.</summary>
/// <param name="Caps">As <c>CAP_SYS_ADMIN</c>, of the container's bounding set.</param>
/// <param name="Arches">As <c>amd64</c>, this machine's own.</param>
/// <param name="MinKernel">The first kernel it is for; null: any.</param>
public sealed record SeccompWhen(ImmutableArray<string> Caps, ImmutableArray<string> Arches, Version? MinKernel)
{
    public static readonly SeccompWhen Always = new([], [], null);
}
