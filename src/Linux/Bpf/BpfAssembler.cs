using Microsoft.Win32.SafeHandles;

namespace Brig.Linux.Bpf;

/// <summary>
/// Writes eBPF instructions (Documentation/bpf/standardization/instruction-set.rst). Registers are numbers: 0 result, 1 to 5 arguments and lost by a call, 6 to 9 kept, 10 the
/// end of 512 bytes of stack. Jumps go to names that are placed later.
/// </summary>
internal sealed class BpfAssembler
{
    private readonly List<BpfInstruction> _code = [];
    private readonly List<(int At, string Label)> _jumps = [];
    private readonly Dictionary<string, int> _labels = new(StringComparer.Ordinal);

    /// <summary>to = *(u64 *)(from + offset).</summary>
    public BpfAssembler Load64(int to, int from, int offset) => Add(0x79, to, from, offset, 0);
    public BpfAssembler Load32(int to, int from, int offset) => Add(0x61, to, from, offset, 0);
    public BpfAssembler Load16(int to, int from, int offset) => Add(0x69, to, from, offset, 0);
    public BpfAssembler Load8(int to, int from, int offset) => Add(0x71, to, from, offset, 0);
    public BpfAssembler Store64(int to, int offset, int from) => Add(0x7B, to, from, offset, 0);
    public BpfAssembler Store32(int to, int offset, int from) => Add(0x63, to, from, offset, 0);
    public BpfAssembler StoreValue64(int to, int offset, int value) => Add(0x7A, to, 0, offset, value);
    public BpfAssembler Move(int to, int from) => Add(0xBF, to, from, 0, 0);
    public BpfAssembler Set(int to, int value) => Add(0xB7, to, 0, 0, value);
    public BpfAssembler Set64(int to, ulong value) => Add(0x18, to, 0, 0, (int)(uint)value).Add(0, 0, 0, 0, (int)(uint)(value >> 32));

    /// <summary>to = the map; it must be open until the program is loaded.</summary>
    public BpfAssembler Map(int to, SafeFileHandle map) => Add(0x18, to, 1, 0, (int)map.DangerousGetHandle()).Add(0, 0, 0, 0, 0);
    public BpfAssembler AddValue(int to, int value) => Add(0x07, to, 0, 0, value);
    public BpfAssembler AddRegister(int to, int from) => Add(0x0F, to, from, 0, 0);
    public BpfAssembler Subtract(int to, int from) => Add(0x1F, to, from, 0, 0);
    public BpfAssembler And(int to, int value) => Add(0x57, to, 0, 0, value);
    public BpfAssembler ShiftLeft(int to, int bits) => Add(0x67, to, 0, 0, bits);
    public BpfAssembler ShiftRight(int to, int bits) => Add(0x77, to, 0, 0, bits);
    public BpfAssembler Call(BpfHelper helper) => Add(0x85, 0, 0, 0, (int)helper);
    public BpfAssembler Exit() => Add(0x95, 0, 0, 0, 0);

    public BpfAssembler IfEqual(int left, int value, string label) => Jump(0x15, left, 0, value, label);
    public BpfAssembler IfNot(int left, int value, string label) => Jump(0x55, left, 0, value, label);
    public BpfAssembler IfNotRegister(int left, int right, string label) => Jump(0x5D, left, right, 0, label);
    public BpfAssembler IfEqualRegister(int left, int right, string label) => Jump(0x1D, left, right, 0, label);
    public BpfAssembler IfAboveRegister(int left, int right, string label) => Jump(0x2D, left, right, 0, label);
    public BpfAssembler IfAbove(int left, int value, string label) => Jump(0x25, left, 0, value, label);
    public BpfAssembler IfLess(int left, int value, string label) => Jump(0xA5, left, 0, value, label);
    public BpfAssembler GoTo(string label) => Jump(0x05, 0, 0, 0, label);

    public BpfAssembler Place(string label)
    {
        _labels.Add(label, _code.Count);
        return this;
    }

    public BpfInstruction[] Finish()
    {
        foreach (var (at, label) in _jumps)
        {
            _code[at] = _code[at] with { Offset = (short)(_labels[label] - at - 1) };
        }
        return [.. _code];
    }

    private BpfAssembler Jump(byte code, int left, int right, int value, string label)
    {
        _jumps.Add((_code.Count, label));
        return Add(code, left, right, 0, value);
    }

    private BpfAssembler Add(byte code, int to, int from, int offset, int value)
    {
        _code.Add(new(code, (byte)(to | (from << 4)), checked((short)offset), value));
        return this;
    }
}

/// <summary>Functions of the kernel a program may call (bpf-helpers(7)).</summary>
internal enum BpfHelper
{
    MapLookup = 1,
    MapUpdate = 2,
    GetCurrentComm = 16,
    ChangeType = 32,
    CurrentTaskUnderCgroup = 37,
    SetSocketOption = 49,
    GetSocketOption = 57,
    GetStack = 67,
    GetNetworkCookie = 122,
    RedirectPeer = 155,
    GetCurrentTask = 158,   // bpf_get_current_task_btf: one whose fields may be read
}
