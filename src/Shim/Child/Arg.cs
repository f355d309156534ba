namespace Brig.Shim.Child;

/// <summary>An argument of an instruction: a number, a pointer, or the result of an earlier instruction.</summary>
internal readonly unsafe struct Arg
{
    private Arg(long value, bool indirect)
    {
        Value = value;
        Indirect = indirect;
    }

    public long Value { get; }
    public bool Indirect { get; }

    public static implicit operator Arg(int number) => new(number, false);
    public static implicit operator Arg(uint number) => new(number, false);
    public static implicit operator Arg(long number) => new(number, false);
    public static implicit operator Arg(void* pointer) => new((long)pointer, false);
    public static implicit operator Arg(Slot slot) => new((long)slot.At, true);
}

/// <summary>Where a result lies until a later instruction needs it.</summary>
internal readonly unsafe struct Slot(int* at)
{
    public int* At { get; } = at;
}
