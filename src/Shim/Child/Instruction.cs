using Brig.Linux;

namespace Brig.Shim.Child;

internal enum InstructionKind : byte
{
    Call,

    /// <summary>The parent leaves; the child goes on.</summary>
    ForkAndLeave,

    /// <summary>The parent becomes the container's init; the child goes on.</summary>
    ForkAndReap,

    /// <summary>
    /// No call: what an earlier one wrote is compared. Arguments: address of a ulong, mask, value, errno when it differs, 1 to fail when it is the same.
    /// </summary>
    Check,

    /// <summary>A result of 0 is the end: the parent is gone.</summary>
    AwaitParent,
}

/// <summary>One system call the child will make. Lies in unmanaged memory; the child reads nothing else.</summary>
internal unsafe struct Instruction
{
    /// <summary>In place of the first tolerated errno.</summary>
    public const short Any = -1;

    public nint Number;
    public fixed long Arguments[6];

    /// <summary>Bit i: argument i is the address of an int to take in its place (an earlier result).</summary>
    public byte Indirect;
    public InstructionKind Kind;

    /// <summary>Errnos that are no failure; 0 ends the list.</summary>
    public fixed short Tolerated[4];

    /// <summary>Where to go on after success, and after a tolerated errno.</summary>
    public int NextWhenDone;
    public int NextWhenTolerated;

    /// <summary>Where the result goes; null: nowhere.</summary>
    public int* Result;

    /// <summary>ForkAndReap only: the filter of the init, which executes nothing that could bring one; null: none.</summary>
    public Libc.sock_fprog* Filter;
}

/// <summary>What the child did, in memory shared with the parent: this header, then one <see cref="Trace"/> an instruction.</summary>
internal struct Outcome
{
    /// <summary>How many instructions there are; grows once, while the child waits.</summary>
    public int Count;

    /// <summary>Of the instruction that failed; -1: none.</summary>
    public int FailedAt;
    public int Errno;

    /// <summary>What ForkAndLeave returned: the program's pid as the shim sees it.</summary>
    public int ForkedPid;

    /// <summary>The end of the program was reached: no execve succeeded.</summary>
    public int RanOut;

    /// <summary>With an init: how the program ended, as wait(2) tells; -1: not yet.</summary>
    public int ProgramStatus;
}

internal struct Trace
{
    /// <summary>CLOCK_MONOTONIC in nanoseconds; 0: not reached.</summary>
    public long Start;

    /// <summary>0: it did not return.</summary>
    public long End;

    /// <summary>The returned number, or minus the errno.</summary>
    public long Result;
}
