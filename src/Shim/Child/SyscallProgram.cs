using Brig.Linux;
using Brig.Linux.Wire;
using static Brig.Linux.Libc;

namespace Brig.Shim.Child;

/// <summary>What an instruction is called when it is told: in the birth record, and in the sentence when it fails.</summary>
/// <param name="About">For the sentence <c>Call About: errno</c>; null: the arguments.</param>
internal sealed record StepText(string Call, string Arguments, string? About, string? Shell)
{
    /// <summary>A better sentence for one errno, or two.</summary>
    public (int Errno, string Sentence) First { get; set; }
    public (int Errno, string Sentence) Second { get; set; }

    public string Sentence(int errno) =>
        errno == First.Errno ? First.Sentence
        : errno == Second.Errno ? Second.Sentence
        : $"{Call} {About ?? Arguments}: {Errno.Describe(errno)}";
}

/// <summary>The child's instructions while they are written, with the text of each beside it. The child runs as many as <see cref="Outcome.Count"/> says.</summary>
internal sealed unsafe class SyscallProgram : IDisposable
{
    public const int Capacity = 4096;
    private readonly List<StepText> _texts = new(256);
    private readonly Instruction* _instructions;
    private readonly nuint _size = (nuint)(Capacity * sizeof(Instruction));

    public SyscallProgram() => _instructions = (Instruction*)SharedMemory.Map(_size);

    public Arena Arena { get; } = new();

    public int Count => _texts.Count;

    public Instruction* Instructions => _instructions;

    public StepText Text(int index) => _texts[index];

    public Slot NewSlot() => new(Arena.Put(-1));

    /// <summary>Adds a call. The text's arguments are what a person reads; the others are what the kernel gets.</summary>
    public Emitted Add(StepText text, int number, Arg a = default, Arg b = default, Arg c = default, Arg d = default, Arg e = default, Arg f = default)
    {
        if (Count == Capacity)
            throw new PlanException("the plan needs more than 4,096 system calls");
        var at = _instructions + Count;
        at->Number = number;
        Set(at, 0, a);
        Set(at, 1, b);
        Set(at, 2, c);
        Set(at, 3, d);
        Set(at, 4, e);
        Set(at, 5, f);
        at->NextWhenDone = at->NextWhenTolerated = Count + 1;
        _texts.Add(text);
        return new Emitted(at, text);
    }

    public Emitted Add(string call, string arguments, int number, Arg a = default, Arg b = default, Arg c = default, Arg d = default, Arg e = default, Arg f = default) =>
        Add(new StepText(call, arguments, null, null), number, a, b, c, d, e, f);

    /// <summary>Fails with an errno unless what an earlier call wrote is as expected, or with <paramref name="not"/> when it is.</summary>
    /// <param name="at">Eight bytes of which the mask chooses.</param>
    public Emitted Check(string arguments, ulong* at, ulong mask, ulong value, int errno, bool not = false) =>
        Add("check", arguments, 0, at, (long)mask, (long)value, errno, not ? 1 : 0).Kind(InstructionKind.Check);

    /// <summary>The label is what comes next.</summary>
    public void Place(Label label) => label.Place(Count);

    public void Dispose()
    {
        munmap(_instructions, _size);
        Arena.Dispose();
    }

    private static void Set(Instruction* at, int index, Arg argument)
    {
        at->Arguments[index] = argument.Value;
        if (argument.Indirect)
            at->Indirect |= (byte)(1 << index);
    }
}

/// <summary>An instruction just added, to say more about it.</summary>
internal readonly unsafe struct Emitted(Instruction* at, StepText text)
{
    private readonly Instruction* _at = at;

    public Emitted To(Slot slot)
    {
        _at->Result = slot.At;
        return this;
    }

    public Emitted Kind(InstructionKind kind)
    {
        _at->Kind = kind;
        return this;
    }

    public Emitted Filter(Libc.sock_fprog* filter)
    {
        _at->Filter = filter;
        return this;
    }

    public Emitted Tolerate(int errno)
    {
        for (var i = 0; i < 4; i++)
        {
            if (_at->Tolerated[i] != 0)
                continue;
            _at->Tolerated[i] = (short)errno;
            break;
        }
        return this;
    }

    /// <summary>Whatever goes wrong is what is told.</summary>
    public Emitted TolerateAny()
    {
        _at->Tolerated[0] = Instruction.Any;
        return this;
    }

    public Emitted WhenDone(Label label)
    {
        label.Use((nint)(&_at->NextWhenDone));
        return this;
    }

    public Emitted WhenTolerated(Label label)
    {
        label.Use((nint)(&_at->NextWhenTolerated));
        return this;
    }

    public Emitted Says(int errno, string sentence)
    {
        if (text.First.Errno == 0)
            text.First = (errno, sentence);
        else
            text.Second = (errno, sentence);
        return this;
    }
}

/// <summary>A place further on in the program.</summary>
internal sealed unsafe class Label
{
    private readonly List<nint> _uses = [];

    public void Use(nint target) => _uses.Add(target);

    public void Place(int index)
    {
        foreach (var use in _uses)
            *(int*)use = index;
    }
}

/// <summary>The plan cannot be carried out: one sentence.</summary>
internal sealed class PlanException(string sentence, int errno = 0) : Exception(sentence)
{
    public int Errno { get; } = errno;

    /// <summary>The call that failed, when one did.</summary>
    public StepText? Step { get; init; }
}
