using System.Collections.Immutable;
using System.Runtime.InteropServices;
using Brig.Linux;
using Brig.Linux.Wire;
using Brig.Shim.Child;
using Brig.Shim.Launch;
using static Brig.Linux.Libc;

namespace Brig.Shim.Look;

/// <summary>
/// Reads inside a container with a child that joins it as an exec does, but executes nothing. It is in none of the container's cgroups, so neither a limit nor a freezer keeps it.
/// </summary>
internal static unsafe class Looker
{
    /// <summary>Milliseconds; the container's root may stop it, or make it wait.</summary>
    private const int Patience = 3000;

    /// <exception cref="PlanException">The container ended, or killed or stopped the child.</exception>
    public static LookAnswer Look(LookRequest request)
    {
        var plan = new LaunchPlan { Kind = LaunchKind.Exec, Id = "look", RunFolder = "", StateFolder = "", Target = request.Target, Process = new ProcessPlan { Args = ["look"] } };
        var resources = Preparation.Prepare(plan, new StepLog());
        using var program = new SyscallProgram();
        using var pages = new LookPages(LookPages.SizeFor(request));
        var places = new Compiler(plan, resources, program).CompileLook(request, pages);
        var outcome = Launcher.MakeOutcome();
        var pid = Launcher.Clone(plan, resources, program, outcome, new StepLog());
        Launcher.CloseInherited(resources);
        close(resources.SyncParent);
        int status;
        waitpid(pid, &status, 0);   // has joined, and forked the one that looks
        if (outcome->ForkedPid > 0)
            Await(outcome->ForkedPid);
        if (outcome->FailedAt >= 0)
            throw new PlanException(program.Text(outcome->FailedAt).Sentence(outcome->Errno), outcome->Errno);
        var traces = (Trace*)(outcome + 1);
        if (traces[program.Count - 1].Start == 0)
            throw new PlanException("the process that looks inside was killed or stopped there", Errno.EINTR);
        var entries = new LookEntry[places.Count];
        for (var i = 0; i < entries.Length; i++)
            entries[i] = Entry(places[i], traces);
        return new LookAnswer(ImmutableCollectionsMarshal.AsImmutableArray(entries));
    }

    private static void Await(int pid)
    {
        var pidfd = pidfd_open(pid);
        var wait = new pollfd { fd = pidfd, events = POLLIN };
        poll(&wait, 1, Patience);
        kill(pid, SIGKILL);
        int status;
        waitpid(pid, &status, 0);
        close(pidfd);
    }

    /// <summary>The first errno of its instructions, but none that came after something was read.</summary>
    private static LookEntry Entry(LookPlace place, Trace* traces)
    {
        var length = 0;
        foreach (var part in place.Parts)
            length += part.Bytes.Length;
        var errno = 0;
        for (var i = place.First; i < place.End && errno == 0 && length == 0; i++)
            errno = traces[i].Start != 0 && traces[i].Result < 0 ? (int)-traces[i].Result : 0;
        var bytes = new byte[length];
        var at = 0;
        foreach (var part in place.Parts)
        {
            part.Bytes.CopyTo(bytes.AsSpan(at));
            at += part.Bytes.Length;
        }
        return new LookEntry(errno, bytes);
    }
}
