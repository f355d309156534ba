using Brig.Linux;
using static Brig.Linux.Libc;

namespace Brig.Shim.Child;

/// <summary>
/// What runs between clone3 and execve: an interpreter over <see cref="Instruction"/>s. Half a runtime is missing there, so it allocates nothing, locks nothing, throws nothing.
/// </summary>
internal static unsafe class ChildPath
{
    private const int OpenAttempts = 100_000;

    /// <summary>Never returns.</summary>
    public static void Run(Instruction* program, Outcome* outcome)
    {
        var traces = (Trace*)(outcome + 1);
        var i = 0;
        var again = 0;
        while (i < Volatile.Read(ref outcome->Count))
        {
            var instruction = program + i;
            var trace = traces + i;
            trace->Start = Now();
            var result = instruction->Kind == InstructionKind.Check ? Check(instruction) : Call(instruction);
            trace->End = Now();
            // A rename or mount anywhere on the machine meanwhile makes ".." uncertain (openat2(2)).
            if (result == -1 && instruction->Number == SYS_openat2 && *__errno_location() == Errno.EAGAIN && again++ < OpenAttempts)
                continue;
            again = 0;
            if (result == -1)
            {
                var errno = *__errno_location();
                trace->Result = -errno;
                if (!Tolerates(instruction, errno))
                {
                    outcome->Errno = errno;
                    outcome->FailedAt = i;
                    raw_syscall(SYS_exit_group, 127, 0, 0, 0, 0, 0);
                }
                i = instruction->NextWhenTolerated;
                continue;
            }
            trace->Result = result;
            if (instruction->Result != null)
                *instruction->Result = (int)result;
            if (instruction->Kind == InstructionKind.ForkAndLeave && result > 0)
            {
                outcome->ForkedPid = (int)result;
                raw_syscall(SYS_exit_group, 0, 0, 0, 0, 0, 0);
            }
            if (instruction->Kind == InstructionKind.ForkAndReap && result > 0)
                Init.Run((int)result, outcome, instruction->Filter);
            if (instruction->Kind == InstructionKind.AwaitParent && result == 0)
                raw_syscall(SYS_exit_group, 127, 0, 0, 0, 0, 0);
            i = instruction->NextWhenDone;
        }
        outcome->RanOut = 1;
        raw_syscall(SYS_exit_group, 127, 0, 0, 0, 0, 0);
    }

    private static nint Call(Instruction* instruction)
    {
        var a = instruction->Arguments;
        var indirect = instruction->Indirect;
        return raw_syscall(
            instruction->Number,
            (indirect & 1) != 0 ? *(int*)a[0] : (nint)a[0],
            (indirect & 2) != 0 ? *(int*)a[1] : (nint)a[1],
            (indirect & 4) != 0 ? *(int*)a[2] : (nint)a[2],
            (indirect & 8) != 0 ? *(int*)a[3] : (nint)a[3],
            (indirect & 16) != 0 ? *(int*)a[4] : (nint)a[4],
            (indirect & 32) != 0 ? *(int*)a[5] : (nint)a[5]);
    }

    private static nint Check(Instruction* instruction)
    {
        var a = instruction->Arguments;
        if ((*(long*)a[0] & a[1]) == a[2] != (a[4] != 0))
            return 0;
        *__errno_location() = (int)a[3];
        return -1;
    }

    private static bool Tolerates(Instruction* instruction, int errno)
    {
        if (instruction->Tolerated[0] == Instruction.Any)
            return true;
        for (var i = 0; i < 4 && instruction->Tolerated[i] != 0; i++)
            if (instruction->Tolerated[i] == errno)
                return true;
        return false;
    }

    private static long Now()
    {
        timespec now;
        clock_gettime(CLOCK_MONOTONIC, &now);
        return now.tv_sec * 1_000_000_000 + now.tv_nsec;
    }
}
