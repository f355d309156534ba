using System.Collections.Immutable;
using System.Runtime.InteropServices;

namespace Brig.Linux.Wire;

public enum StepActor : byte { Engine, Shim, Child }

/// <summary>One system call that was made, as the birth record tells it.</summary>
/// <param name="Arguments">Readable, for example <c>"proc", "/proc", "proc", MS_NOSUID|MS_NODEV|MS_NOEXEC, ""</c>.</param>
/// <param name="Result">The returned number, or the errno's name.</param>
/// <param name="StartNanoseconds">CLOCK_MONOTONIC, the clock of Stopwatch.GetTimestamp on Linux.</param>
/// <param name="Shell">The same as a command; null where a shell cannot.</param>
public sealed record StepRecord(StepActor Actor, string Call, string Arguments, string Result, long StartNanoseconds, long Nanoseconds, string? Shell)
{
    public static void WriteAll(WireWriter w, ImmutableArray<StepRecord> steps)
    {
        w.I32(steps.Length);
        for (var i = 0; i < steps.Length; i++)
        {
            var step = steps[i];
            w.U8((byte)step.Actor);
            w.String(step.Call);
            w.String(step.Arguments);
            w.String(step.Result);
            w.I64(step.StartNanoseconds);
            w.I64(step.Nanoseconds);
            w.String(step.Shell);
        }
    }

    public static ImmutableArray<StepRecord> ReadAll(ref WireReader r)
    {
        var steps = new StepRecord[r.Count()];
        for (var i = 0; i < steps.Length; i++)
            steps[i] = new StepRecord((StepActor)r.U8(), r.String(), r.String(), r.String(), r.I64(), r.I64(), r.OptionalString());
        return ImmutableCollectionsMarshal.AsImmutableArray(steps);
    }
}

/// <summary>The program was executed.</summary>
/// <param name="Pid">Of PID 1 (or the exec's program) as the host sees it.</param>
/// <param name="StartTicks">Field 22 of its /proc/PID/stat: pid and this together are never reused.</param>
/// <param name="StartedAt">Nanoseconds since 1970, UTC.</param>
public sealed record StartedMessage(int Pid, ulong StartTicks, long StartedAt)
{
    public byte[] Write()
    {
        var w = new WireWriter(20);
        w.I32(Pid);
        w.U64(StartTicks);
        w.I64(StartedAt);
        return w.ToArray();
    }

    public static StartedMessage Read(ReadOnlySpan<byte> payload)
    {
        var r = new WireReader(payload);
        return new StartedMessage(r.I32(), r.U64(), r.I64());
    }
}

/// <summary>The steps that made it, from the shim and the child, in order of time.</summary>
public sealed record BirthMessage(ImmutableArray<StepRecord> Steps)
{
    public byte[] Write()
    {
        var w = new WireWriter(32 * 1024);
        StepRecord.WriteAll(w, Steps);
        return w.ToArray();
    }

    public static BirthMessage Read(ReadOnlySpan<byte> payload)
    {
        var r = new WireReader(payload);
        return new BirthMessage(StepRecord.ReadAll(ref r));
    }
}

/// <summary>It could not be started; nothing of the shim's is left.</summary>
/// <param name="Step">The call that failed with its arguments.</param>
/// <param name="Sentence">For a person, complete.</param>
public sealed record FailedMessage(string Step, int Errno, string Sentence, ImmutableArray<StepRecord> Steps)
{
    public byte[] Write()
    {
        var w = new WireWriter(8192);
        w.String(Step);
        w.I32(Errno);
        w.String(Sentence);
        StepRecord.WriteAll(w, Steps);
        return w.ToArray();
    }

    public static FailedMessage Read(ReadOnlySpan<byte> payload)
    {
        var r = new WireReader(payload);
        return new FailedMessage(r.String(), r.I32(), r.String(), StepRecord.ReadAll(ref r));
    }
}

/// <summary>How it is.</summary>
/// <param name="Pid">0 before the program was executed.</param>
/// <param name="Exit">Null while it runs.</param>
/// <param name="LogError">Why the log cannot be written now (disk full), or null.</param>
public sealed record StatusMessage(int Pid, ulong StartTicks, long StartedAt, ExitRecord? Exit, string? LogError)
{
    public byte[] Write()
    {
        var w = new WireWriter();
        w.I32(Pid);
        w.U64(StartTicks);
        w.I64(StartedAt);
        w.String(Exit?.ToText());
        w.String(LogError);
        return w.ToArray();
    }

    public static StatusMessage Read(ReadOnlySpan<byte> payload)
    {
        var r = new WireReader(payload);
        return new StatusMessage(r.I32(), r.U64(), r.I64(), r.OptionalString() is { } text ? ExitRecord.Parse(text) : null, r.OptionalString());
    }
}

public sealed record ErrorMessage(int Errno, string Sentence)
{
    public byte[] Write()
    {
        var w = new WireWriter();
        w.I32(Errno);
        w.String(Sentence);
        return w.ToArray();
    }

    public static ErrorMessage Read(ReadOnlySpan<byte> payload)
    {
        var r = new WireReader(payload);
        return new ErrorMessage(r.I32(), r.String());
    }
}

/// <summary>A root file system that a shim holds: the descriptor <see cref="Fd"/> of the process <see cref="Pid"/>.</summary>
public sealed record RootMadeMessage(int Pid, int Fd)
{
    public byte[] Write()
    {
        var w = new WireWriter(8);
        w.I32(Pid);
        w.I32(Fd);
        return w.ToArray();
    }

    public static RootMadeMessage Read(ReadOnlySpan<byte> payload)
    {
        var r = new WireReader(payload);
        return new(r.I32(), r.I32());
    }
}

/// <summary>The container's process is there and makes itself what it shall be.</summary>
/// <param name="StartTicks">Field 22 of its /proc/PID/stat.</param>
public sealed record ClonedMessage(int Pid, ulong StartTicks)
{
    public byte[] Write()
    {
        var w = new WireWriter(12);
        w.I32(Pid);
        w.U64(StartTicks);
        return w.ToArray();
    }

    public static ClonedMessage Read(ReadOnlySpan<byte> payload)
    {
        var r = new WireReader(payload);
        return new(r.I32(), r.U64());
    }
}
