using System.Collections.Immutable;
using System.Globalization;
using Brig.Engine.Containers;
using Brig.Engine.Isolation.Seccomp;
using Brig.Linux.Seccomp;

namespace Brig.Engine.Isolation;

/// <summary>From what was seen to what is enough.</summary>
internal sealed class Proposer(SeccompFilters filters, BirthFiles births)
{
    /// <summary>Of every process: its start and end, and what the kernel puts on its way at a signal.</summary>
    private static readonly ImmutableArray<string> Always = ["execve", "exit", "exit_group", "restart_syscall", "rt_sigreturn"];

    /// <summary>What a launch does after its filter where no_new_privs is off, for a container that has run without a filter so far.</summary>
    private static readonly ImmutableArray<string> EarlyFilter =
    [
        "setgroups", "setresgid", "setresuid", "capset", "prctl", "write", "openat", "close", "setsid", "ioctl", "dup2", "close_range", "sendmsg", "clone",
        "rt_sigprocmask",
    ];

    /// <summary>Brig's own small PID 1, which is under the same filter and told apart from the programs by its name.</summary>
    private static readonly ImmutableArray<string> Init = ["rt_sigtimedwait", "wait4", "kill"];

    /// <exception cref="EngineException">Conflict: nothing was seen.</exception>
    public async Task<LeastPrivilege> MakeAsync(ContainerEntry entry, Recording recording, CancellationToken stop)
    {
        var container = entry.Now;
        if (recording.Calls.IsEmpty)
        {
            throw EngineException.Conflict($"Nothing of container {container.Name} was seen yet; record it while it works, best from its next start.");
        }
        var spec = container.Spec;
        var today = new CapabilitySet(Capabilities.Mask(spec.Privileged, spec.CapAdd, spec.CapDrop, spec.NetRaw));
        var profile = filters.Resolve(spec.Privileged ? new(SeccompChoice.Unconfined) : spec.Seccomp, today);
        string[] seen = [.. recording.Calls.Select(call => call.Name).Where(name => !name.StartsWith("syscall_", StringComparison.Ordinal)).Distinct()];
        string[] launch = [.. (await LaunchAsync(entry, stop)).Except(seen).Order(StringComparer.Ordinal)];
        var names = seen.Concat(launch).ToHashSet(StringComparer.Ordinal);
        var open = (profile ?? filters.Resolve(SeccompSpec.Default, today)!).All().ToDictionary(call => call.Name);
        bool known = recording.CapabilitiesUnknown is null;
        ImmutableArray<string> used = [.. recording.Capabilities.Select(one => one.Name).Where(today.Has).Order(StringComparer.Ordinal)];
        bool compatible = recording.Calls.Any(call => call.Architecture == "i386");
        var others = profile is null || !compatible ? null : filters.Resolve(spec.Seccomp, today, SyscallArch.X86);
        string json = ProfileWriter.Write(Comment(container, recording, seen.Length), names, [profile, others], compatible);
        return new(
            json, [.. seen.Order(StringComparer.Ordinal)], [.. launch],
            [.. open.Values.Where(call => (profile is null || !call.IsDenied) && !names.Contains(call.Name)).Select(call => call.Name).Order(StringComparer.Ordinal)],
            [.. seen.Where(name => profile is not null && open.TryGetValue(name, out var call) && call.IsDenied).Order(StringComparer.Ordinal)],
            known ? ["ALL"] : spec.CapDrop, known ? used : spec.CapAdd, known ? [.. today.Names.Except(used).Where(CapabilitySet.All.Contains)] : [], recording);
    }

    /// <summary>The child's calls after the filter was there, from the record of the last start, and those of every process.</summary>
    private async Task<IEnumerable<string>> LaunchAsync(ContainerEntry entry, CancellationToken stop)
    {
        var spec = entry.Now.Spec;
        var calls = Always.Concat(spec.NoNewPrivileges ? [] : EarlyFilter).Concat(spec.Init ? Init : []).Distinct();
        try
        {
            var steps = (await births.ReadAsync(entry, stop)).Steps;
            int filter = steps.ToList().FindIndex(step => step is { Actor: BirthActor.Child, Call: "seccomp" });
            return filter < 0 ? calls : calls.Concat(steps.Skip(filter + 1).Where(step => step.Actor == BirthActor.Child).Select(step => step.Call)).Distinct();
        }
        catch (EngineException)
        {
            return calls;
        }
    }

    private static string Comment(Container container, Recording recording, int calls) => string.Create(CultureInfo.InvariantCulture,
        $"Made by Brig from what container {container.Name} ({container.Id.Short}) was seen to use: {calls} system calls in {recording.Watched.TotalSeconds:0} s, until {recording.Spans[^1].To ?? recording.Spans[^1].From + recording.Watched:u}.");
}
