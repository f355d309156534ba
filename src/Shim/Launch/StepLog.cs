using System.Collections.Immutable;
using Brig.Linux;
using Brig.Linux.Wire;
using Brig.Shim.Child;
using static Brig.Linux.Libc;

namespace Brig.Shim.Launch;

/// <summary>What the shim itself did, told in the same words as what the child did.</summary>
internal sealed class StepLog
{
    private readonly List<StepRecord> _steps = new(256);

    public static long Now => Clock(CLOCK_MONOTONIC);

    /// <summary>Takes down a call that was just made.</summary>
    /// <param name="start">From <see cref="Now"/>, before the call.</param>
    /// <returns><paramref name="result"/>.</returns>
    /// <exception cref="PlanException">The result is -1.</exception>
    public int Add(long start, int result, string call, string arguments, string? about = null, string? shell = null)
    {
        var errno = result == -1 ? Errno.Last : 0;
        _steps.Add(new StepRecord(StepActor.Shim, call, arguments, errno == 0 ? Number(result) : Errno.Name(errno), start, Now - start, shell));
        return errno == 0 ? result : throw new PlanException($"{call} {about ?? arguments}: {Errno.Describe(errno)}", errno);
    }

    /// <summary>Takes over what the child reached of its program.</summary>
    public unsafe void AddAll(SyscallProgram program, Outcome* outcome)
    {
        var traces = (Trace*)(outcome + 1);
        for (var i = 0; i < program.Count; i++)
        {
            var trace = traces[i];
            if (trace.Start == 0)
                continue;
            var text = program.Text(i);
            var result = trace.End == 0 ? "" : trace.Result < 0 ? Errno.Name((int)-trace.Result) : Number(trace.Result);
            _steps.Add(new StepRecord(StepActor.Child, text.Call, text.Arguments, result, trace.Start, trace.End == 0 ? 0 : trace.End - trace.Start, text.Shell));
        }
    }

    /// <summary>In order of time.</summary>
    public ImmutableArray<StepRecord> InOrder()
    {
        // Two runs that are each in order already; an insertion sort needs no comparer of its own.
        for (var i = 1; i < _steps.Count; i++)
        {
            var step = _steps[i];
            var at = i;
            for (; at > 0 && _steps[at - 1].StartNanoseconds > step.StartNanoseconds; at--)
                _steps[at] = _steps[at - 1];
            _steps[at] = step;
        }
        return [.. _steps];
    }

    private static string Number(long value) => value.ToString(System.Globalization.CultureInfo.InvariantCulture);
}
