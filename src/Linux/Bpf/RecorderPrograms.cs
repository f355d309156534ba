using System.Buffers.Binary;
using Microsoft.Win32.SafeHandles;

namespace Brig.Linux.Bpf;

/// <summary>The three programs of <see cref="UseRecorder"/>. Each begins with the question whether the process is one of the cgroup's, for most on the machine are not.</summary>
internal static class RecorderPrograms
{
    private const int Context = 6, Stack = 10;

    /// <summary>Longer numbers are of no call any kernel has; x32's are above it too.</summary>
    private const int LastCall = 511, TS_COMPAT = 2, CAP_OPT_NOAUDIT = 2;

    /// <summary>Eight frames: the tracepoint's own, cap_capable, and who called it; cap_vm_enough_memory itself is none, it ends in a jump.</summary>
    private const int StackBytes = 64;

    /// <summary>TP_PROTO(struct pt_regs *regs, long id): counts[id], and counts[512 + id] for a 32-bit call.</summary>
    public static BpfInstruction[] SystemCall(RecorderTypes types, SafeFileHandle group, SafeFileHandle counts)
    {
        var code = NotTheShim(Inside(new BpfAssembler(), group))
            .Load64(7, Context, 8).IfAbove(7, LastCall, "out")
            .Call(BpfHelper.GetCurrentTask).Load32(1, 0, types.Status).And(1, TS_COMPAT).ShiftLeft(1, 8)
            .AddRegister(7, 1);
        return Count(code, counts, 7).Place("out").Set(0, 0).Exit().Finish();
    }

    /// <summary>
    /// The tracepoint cap_capable, TP_PROTO(const struct cred *, struct user_namespace *, const struct user_namespace *, int cap, int ret). It does not tell which questions are
    /// only whether memory may be overcommitted, at every mmap; but who asks does: security_vm_enough_memory_mm is then on the stack.
    /// </summary>
    public static BpfInstruction[] CapabilityTracepoint(RecorderTypes types, SafeFileHandle group, SafeFileHandle counts, int refused, int unasked)
    {
        var code = OwnCredentials(NotTheShim(Inside(new BpfAssembler(), group)), types)
            .Load64(7, Context, 24).And(7, 63)
            .Load64(8, Context, 32);
        if (types.Overcommit is { } function)
        {
            code.Move(1, Context).Move(2, Stack).AddValue(2, -StackBytes - 32).Set(3, StackBytes).Set(4, 0).Call(BpfHelper.GetStack).Move(9, 0).IfLess(9, 8, "asked");
            for (int frame = 0; frame < StackBytes / 8; frame++)
            {
                code.IfLess(9, (frame + 1) * 8, "asked").Load64(1, Stack, -StackBytes - 32 + (frame * 8)).Set64(2, function.Start).Subtract(1, 2).IfLess(1, function.Length, "unasked");
            }
            code.GoTo("asked").Place("unasked").AddValue(7, unasked).Place("asked");
        }
        return Granted(code, counts, refused);
    }

    /// <summary>The return of cap_capable(const struct cred *, struct user_namespace *, int cap, unsigned opts), where there is no such tracepoint (before Linux 6.14).</summary>
    public static BpfInstruction[] CapabilityFunction(RecorderTypes types, SafeFileHandle group, SafeFileHandle counts, int refused, int unasked)
    {
        var code = OwnCredentials(NotTheShim(Inside(new BpfAssembler(), group)), types)
            .Load64(7, Context, 16).And(7, 63)
            .Load64(8, Context, 32)
            .Load64(1, Context, 24).And(1, CAP_OPT_NOAUDIT).IfEqual(1, 0, "asked").AddValue(7, unasked).Place("asked");
        return Granted(code, counts, refused);
    }

    /// <summary>A check of other credentials than the process's own is none of what it did: overlayfs asks with those of who mounted it.</summary>
    private static BpfAssembler OwnCredentials(BpfAssembler code, RecorderTypes types) => code
        .Call(BpfHelper.GetCurrentTask).Load64(2, 0, types.RealCredentials).Load64(1, Context, 0).IfNotRegister(1, 2, "out");

    /// <summary>Register 7 the slot, 8 what was answered, an int.</summary>
    private static BpfInstruction[] Granted(BpfAssembler code, SafeFileHandle counts, int refused)
    {
        code.ShiftLeft(8, 32).IfEqual(8, 0, "granted").AddValue(7, refused).Place("granted");
        return Count(code, counts, 7).Place("out").Set(0, 0).Exit().Finish();
    }

    /// <summary>The name it has from now on is the key; of one too many only that is kept.</summary>
    public static BpfInstruction[] Execution(SafeFileHandle group, SafeFileHandle names, SafeFileHandle counts, int lost)
    {
        var code = Inside(new BpfAssembler(), group)
            .StoreValue64(Stack, -16, 0).StoreValue64(Stack, -8, 0)
            .Move(1, Stack).AddValue(1, -16).Set(2, 16).Call(BpfHelper.GetCurrentComm)
            .StoreValue64(Stack, -24, 1)
            .Map(1, names).Move(2, Stack).AddValue(2, -16).Move(3, Stack).AddValue(3, -24).Set(4, 0).Call(BpfHelper.MapUpdate)
            .IfEqual(0, 0, "out")
            .Set(7, lost);
        return Count(code, counts, 7).Place("out").Set(0, 0).Exit().Finish();
    }

    private static BpfAssembler Inside(BpfAssembler code, SafeFileHandle group) => code
        .Move(Context, 1)
        .Map(1, group).Set(2, 0).Call(BpfHelper.CurrentTaskUnderCgroup).IfNot(0, 1, "out");

    /// <summary>Until its execve a new process is the shim's copy, and what it does is the launch. A program that calls itself so only keeps itself out of its own record.</summary>
    private static BpfAssembler NotTheShim(BpfAssembler code)
    {
        ReadOnlySpan<byte> name = "brig-shim\0\0\0\0\0\0\0"u8;
        return code
            .StoreValue64(Stack, -16, 0).StoreValue64(Stack, -8, 0)
            .Move(1, Stack).AddValue(1, -16).Set(2, 16).Call(BpfHelper.GetCurrentComm)
            .Load64(1, Stack, -16).Set64(2, BinaryPrimitives.ReadUInt64LittleEndian(name)).IfNotRegister(1, 2, "other")
            .Load64(1, Stack, -8).Set64(2, BinaryPrimitives.ReadUInt64LittleEndian(name[8..])).IfNotRegister(1, 2, "other")
            .GoTo("out")
            .Place("other");
    }

    /// <summary>counts[register]++ for this processor. Loses register 0 to 5.</summary>
    private static BpfAssembler Count(BpfAssembler code, SafeFileHandle counts, int register) => code
        .Store32(Stack, -28, register)
        .Map(1, counts).Move(2, Stack).AddValue(2, -28).Call(BpfHelper.MapLookup).IfEqual(0, 0, "out")
        .Load64(1, 0, 0).AddValue(1, 1).Store64(0, 0, 1);
}
