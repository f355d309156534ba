using System.Collections.Immutable;
using Brig.Engine.Containers;

namespace Brig.Engine.PostMortems;

/// <summary>Ended by a signal: which, and by whom, as far as anybody can know: the kernel tells nobody who sent one.</summary>
internal static class SignalVerdicts
{
    private const int SIGILL = 4, SIGTRAP = 5, SIGABRT = 6, SIGBUS = 7, SIGFPE = 8, SIGSEGV = 11, SIGPIPE = 13, SIGXCPU = 24, SIGXFSZ = 25, SIGSYS = 31;

    public static Verdict Of(Facts facts)
    {
        int signal = facts.Death.Signal;
        string name = Signals.Name(signal);
        string meaning = ExitMeanings.Of(facts.Exit!, signal);
        if (facts.Asked is { } asked)
        {
            return new(EndKind.Signalled, EndedBy.Request, Asked(asked, name), meaning, Advice(facts, asked));
        }
        return signal switch
        {
            Signals.SIGKILL when facts.IsOom => new(EndKind.OutOfMemory, EndedBy.OutOfMemoryKiller, "Killed by the kernel for memory.", meaning, []),
            Signals.SIGKILL => Killed(facts, meaning),
            SIGSEGV or SIGBUS => Crash(facts, $"It crashed with {name}: its program touched memory that is not its own.", meaning),
            SIGILL => Crash(facts, "It crashed with SIGILL: its program ran an instruction this processor does not have, or stopped itself that way.", meaning),
            SIGFPE => Crash(facts, "It crashed with SIGFPE: a division by zero, or a result that does not fit.", meaning),
            SIGTRAP => Crash(facts, "It ended by SIGTRAP: a breakpoint, or a check that its program makes of itself.", meaning),
            SIGABRT => Crash(facts, "It ended itself by abort(): SIGABRT, most often after a check of its own failed.", meaning),
            SIGSYS => new(EndKind.Signalled, EndedBy.Kernel, "Ended by SIGSYS: it made a system call for which its seccomp profile kills.", meaning, Said(facts)),
            SIGXCPU or SIGXFSZ => new(EndKind.Signalled, EndedBy.Kernel, $"Ended by {name}: it met its resource limit for {(signal == SIGXCPU ? "processor time" : "the size of a file")}.", meaning, Said(facts)),
            SIGPIPE => new(EndKind.Signalled, EndedBy.Kernel, "Ended by SIGPIPE: it wrote to a pipe or connection that nobody reads any more.", meaning, Said(facts)),
            _ => new(EndKind.Signalled, EndedBy.Unknown, $"Ended by {name}. Nobody asked Brig for it: it was sent from the machine, or by a process of its own.", meaning, Said(facts)),
        };
    }

    private static string Asked(AskedEnd asked, string name) => asked switch
    {
        { Ask: EndAsk.Kill } => $"Killed by {name}, which somebody sent through Brig.",
        { Forced: true } => $"It was asked to stop by {Signals.Name(asked.Signal)}, did not end within its {Amount.Of(asked.Grace)}, and was killed.",
        _ => $"It was asked to stop, and ended by {name}.",
    };

    private static ImmutableArray<string> Advice(Facts facts, AskedEnd asked) => asked is not { Ask: EndAsk.Stop, Forced: true } ? [] : facts.Spec.Init
        ? ["Give it more time to stop, or see why it takes so long."]
        : [$"As process 1 a program gets {Signals.Name(asked.Signal)} only if it handles it: let it do so, or give the container an init, which passes it on.", "Or give it more time to stop, or another stop signal."];

    /// <summary>In its own process namespace nobody inside can send SIGKILL to process 1 (pid_namespaces(7)).</summary>
    private static Verdict Killed(Facts facts, string meaning)
    {
        bool alone = facts.Spec is { Namespaces.Pid.Source: NamespaceSource.New, Pod: null, Init: false };
        string limits = facts.Memory?.Limit is { } limit && facts.Memory.Peak is { } peak ? $" It was not for memory: it never had more than {Amount.Of(peak)} of its {Amount.Of(limit)}." : " It was not for memory.";
        return alone
            ? new(EndKind.Signalled, EndedBy.Outside, "Killed by SIGKILL from outside: nobody asked Brig for it, and no process inside can send it to process 1." + limits, meaning,
                ["Somebody on the machine sent it: `kill -9`, a cleanup script, a debugger. The kernel does not tell who."])
            : new(EndKind.Signalled, EndedBy.Unknown, "Killed by SIGKILL. Nobody asked Brig for it: it came from the machine, or from a process that sees it." + limits, meaning, []);
    }

    private static Verdict Crash(Facts facts, string sentence, string meaning)
    {
        var hints = ImmutableArray.CreateBuilder<string>();
        if (facts.Crash.LastOrDefault() is { } line)
        {
            hints.Add($"The kernel told: {SafeName.OfKernel(line.Length > 200 ? line[..200] + "…" : line)}");
        }
        hints.AddRange(Said(facts));
        hints.Add(Rlimits.Core(facts.Spec.Rlimits) == 0
            ? "No core dump was written, for its core limit is 0; with the resource limit core the next crash may leave one, where /proc/sys/kernel/core_pattern says."
            : "Its core limit lets it write a core dump; where to, /proc/sys/kernel/core_pattern of the machine says.");
        return new(EndKind.Signalled, facts.Death.Signal == SIGABRT ? EndedBy.Itself : EndedBy.Kernel, sentence, meaning, hints.ToImmutable());
    }

    private static ImmutableArray<string> Said(Facts facts) => facts.LastWords is { } said ? [$"The last it said: {said}"] : [];
}
