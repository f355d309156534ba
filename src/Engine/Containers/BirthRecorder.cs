using System.Collections.Immutable;
using System.Diagnostics;
using Brig.Linux;
using Brig.Linux.Cgroups;
using Brig.Linux.Wire;

namespace Brig.Engine.Containers;

/// <summary>
/// The engine's own steps on the way to a container, on the clock of the shim's (CLOCK_MONOTONIC, which Stopwatch reads), so that the two merge into one
/// record. Safe to use from several threads.
/// </summary>
internal sealed class BirthRecorder(TimeProvider time)
{
    private static readonly long NanosecondsPerTick = 1_000_000_000 / Stopwatch.Frequency;

    private readonly List<StepRecord> _steps = new(32);
    private readonly DateTimeOffset _startedAt = time.GetUtcNow();

    /// <param name="shell">The same as a command; null where there is none.</param>
    public T Do<T>(string call, string arguments, string? shell, Func<T> step)
    {
        long start = Stopwatch.GetTimestamp();
        try
        {
            var result = step();
            Add(call, arguments, result is int number and > 0 ? number.ToString(System.Globalization.CultureInfo.InvariantCulture) : "0", start, Stopwatch.GetTimestamp(), shell);
            return result;
        }
        catch (Exception e)
        {
            Add(call, arguments, e is LinuxException linux ? Errno.Name(linux.Errno) : e.Message, start, Stopwatch.GetTimestamp(), shell);
            throw;
        }
    }

    public void Do(string call, string arguments, string? shell, Action step) => Do(call, arguments, shell, () =>
    {
        step();
        return 0;
    });

    public void Add(CgroupCall call) => Add(
        call.Call,
        call.Call == "mkdir" ? $"\"{call.File}\", 0755" : $"\"{call.File}\", \"{call.Value}\"",
        call.Errno == 0 ? "0" : Errno.Name(call.Errno),
        call.Start, call.End,
        call.Call == "mkdir" ? $"mkdir -p {call.File}" : $"echo {call.Value} > {call.File}");

    /// <summary>All steps in order of time, beginning at 0.</summary>
    public BirthRecord With(ImmutableArray<StepRecord> shims)
    {
        StepRecord[] all;
        lock (_steps)
        {
            all = [.. _steps.Concat(shims).OrderBy(step => step.StartNanoseconds)];
        }
        long first = all.Length == 0 ? 0 : all[0].StartNanoseconds;
        return new(_startedAt, [.. all.Select(step => new BirthStep(
            (BirthActor)step.Actor, step.Call, step.Arguments, step.Result,
            (step.StartNanoseconds - first) / 1000.0, step.Nanoseconds / 1000.0, step.Shell))]);
    }

    private void Add(string call, string arguments, string result, long start, long end, string? shell)
    {
        lock (_steps)
        {
            _steps.Add(new(StepActor.Engine, call, arguments, result, start * NanosecondsPerTick, (end - start) * NanosecondsPerTick, shell));
        }
    }
}
