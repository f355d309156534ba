namespace Brig.Linux.Seccomp;

public enum SeccompOp { NotEqual, Less, LessOrEqual, Equal, GreaterOrEqual, Greater, MaskedEqual }

/// <summary>A condition on one argument of a system call, unsigned, all 64 bits of it.</summary>
/// <param name="Index">0 to 5.</param>
/// <param name="Value">Of MaskedEqual the mask.</param>
/// <param name="ValueTwo">Of MaskedEqual what must be left; else unused.</param>
public readonly record struct SeccompArg(int Index, SeccompOp Op, ulong Value, ulong ValueTwo = 0)
{
    /// <summary>For example <c>a0 &amp; 0x7e020000 == 0x0</c>.</summary>
    public override string ToString() => Op switch
    {
        SeccompOp.MaskedEqual => $"a{Index} & 0x{Value:x} == 0x{ValueTwo:x}",
        SeccompOp.NotEqual => $"a{Index} != {Value}",
        SeccompOp.Less => $"a{Index} < {Value}",
        SeccompOp.LessOrEqual => $"a{Index} <= {Value}",
        SeccompOp.Equal => $"a{Index} == {Value}",
        SeccompOp.GreaterOrEqual => $"a{Index} >= {Value}",
        _ => $"a{Index} > {Value}",
    };
}
