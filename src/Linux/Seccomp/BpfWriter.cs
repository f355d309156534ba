using System.Buffers.Binary;

namespace Brig.Linux.Seccomp;

/// <summary>
/// Writes a program from its end to its start, because a jump leads only forwards: whatever it leads to is there already. A place is a count of instructions from the end.
/// Each method returns the place of what it wrote.
/// </summary>
internal sealed class BpfWriter
{
    public const int Number = 0, Architecture = 4, Arguments = 16;   // offsets in struct seccomp_data
    public const ushort JumpEqual = 0x15, JumpGreater = 0x25, JumpGreaterOrEqual = 0x35;
    private const ushort LoadWord = 0x20, AndWord = 0x54, JumpAlways = 0x05, ReturnWord = 0x06;
    private const int Farthest = byte.MaxValue;
    private readonly List<(ushort Code, byte True, byte False, uint Value)> _backwards = [];
    private readonly Dictionary<uint, int> _returns = [];

    public int Load(int offset) => Add(LoadWord, 0, 0, (uint)offset);

    public int And(uint mask) => Add(AndWord, 0, 0, mask);

    /// <summary>One that is near enough is used again.</summary>
    public int Return(uint value)
    {
        if (!_returns.TryGetValue(value, out var place) || Distance(place) > Farthest / 2)
            _returns[value] = place = Add(ReturnWord, 0, 0, value);
        return place;
    }

    public int Branch(ushort jump, uint value, int ifTrue, int ifFalse)
    {
        // A step in between may push the other one out of reach, so it is looked at twice.
        ifTrue = Near(ifTrue);
        ifFalse = Near(ifFalse);
        ifTrue = Near(ifTrue);
        return Add(jump, (byte)Distance(ifTrue), (byte)Distance(ifFalse), value);
    }

    /// <summary>What is written next goes on at that place.</summary>
    public void Follow(int place)
    {
        if (Distance(place) > 0)
            Add(JumpAlways, 0, 0, (uint)Distance(place));
    }

    public byte[] ToArray()
    {
        var bytes = new byte[_backwards.Count * 8];
        for (var i = 0; i < _backwards.Count; i++)
        {
            var (code, ifTrue, ifFalse, value) = _backwards[^(i + 1)];
            var at = bytes.AsSpan(i * 8);
            BinaryPrimitives.WriteUInt16LittleEndian(at, code);
            at[2] = ifTrue;
            at[3] = ifFalse;
            BinaryPrimitives.WriteUInt32LittleEndian(at[4..], value);
        }
        return bytes;
    }

    /// <summary>Instructions between the next one to be written and that place.</summary>
    private int Distance(int place) => _backwards.Count - place - 1;

    private int Near(int place) => Distance(place) <= Farthest ? place : Add(JumpAlways, 0, 0, (uint)Distance(place));

    private int Add(ushort code, byte ifTrue, byte ifFalse, uint value)
    {
        _backwards.Add((code, ifTrue, ifFalse, value));
        return _backwards.Count - 1;
    }
}
