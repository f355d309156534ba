using System.Collections.Immutable;
using System.Text.Json.Serialization;
using Brig.Engine.Containers;

namespace Brig.Engine.Isolation;

/// <summary>A system call that a container's seccomp filter denied to one of its programs, since that was started.</summary>
/// <param name="Exec">The exec it happened in; null: the container's own program and what that started.</param>
/// <param name="Call">Its name; empty: other calls, when there were too many to tell apart. A number where nobody has a name for it.</param>
/// <param name="Architecture">As profiles call it, <c>SCMP_ARCH_X86</c>, where it is not the machine's own; else null.</param>
/// <param name="Command">The thread's name: the program chose it. Empty: several, or not known.</param>
/// <param name="Pid">Of the process that was denied last, as the container sees it; 0: not known.</param>
/// <param name="OuterPid">The same as the host sees it.</param>
public sealed record Denial(
    string? Exec, string Call, int Number, string? Architecture, string Command, int Pid, int OuterPid, long Count, DateTimeOffset First, DateTimeOffset Last)
{
    /// <summary>What a later one replaces an earlier one by.</summary>
    [JsonIgnore]
    public (string? Exec, int Number, string? Architecture, string Command) Key => (Exec, Number, Architecture, Command);
}

/// <summary>What the containers' filters denied: kept by their shims, so that it outlives the engine; forgotten at the next start.</summary>
public interface IDenials
{
    /// <summary>Oldest first; empty: nothing was denied, or there is no filter, or it does not tell (<see cref="SeccompSpec.Tell"/>).</summary>
    ImmutableArray<Denial> Of(ContainerId id);

    /// <summary>
    /// What is and what changes, by <see cref="Denial.Key"/>; twice a second at most. A reader that lags more than 1,024 changes behind is ended; it follows anew,
    /// as after a start of the container, which ends everybody.
    /// </summary>
    Live<Denial, Denial> Follow(ContainerId id);
}
