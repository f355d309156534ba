using System.Collections.Immutable;
using System.Runtime.InteropServices;

namespace Brig.Linux.Wire;

/// <summary>Every denied system call the shim has counted since the program's start; each message holds them all.</summary>
public sealed record DenialsMessage(ImmutableArray<DeniedCall> Calls)
{
    public byte[] Write()
    {
        var w = new WireWriter(64 + Calls.Length * 80);
        w.I32(Calls.Length);
        foreach (var call in Calls)
        {
            w.I32(call.Number);
            w.U32(call.Architecture);
            w.String(call.Command);
            w.I32(call.Pid);
            w.I32(call.OuterPid);
            w.I64(call.Count);
            w.I64(call.First);
            w.I64(call.Last);
        }
        return w.ToArray();
    }

    public static DenialsMessage Read(ReadOnlySpan<byte> payload)
    {
        var r = new WireReader(payload);
        var calls = new DeniedCall[r.Count()];
        for (var i = 0; i < calls.Length; i++)
            calls[i] = new DeniedCall(r.I32(), r.U32(), r.String(), r.I32(), r.I32(), r.I64(), r.I64(), r.I64());
        return new DenialsMessage(ImmutableCollectionsMarshal.AsImmutableArray(calls));
    }
}

/// <summary>One call that one command was denied.</summary>
/// <param name="Number">Of the system call; -1: others, when there were too many to tell apart.</param>
/// <param name="Architecture">seccomp_data.arch.</param>
/// <param name="Command">The thread's name, which the program chooses; empty: several, or it was gone.</param>
/// <param name="Pid">Of the process that was denied last, in its own pid namespace; 0: not known.</param>
/// <param name="OuterPid">The same as the host sees it.</param>
/// <param name="First">Nanoseconds since 1970, UTC; also <paramref name="Last"/>.</param>
public sealed record DeniedCall(int Number, uint Architecture, string Command, int Pid, int OuterPid, long Count, long First, long Last);
