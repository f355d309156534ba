using System.Runtime.InteropServices;

namespace Brig.Linux.Bpf;

/// <summary>struct bpf_insn of linux/bpf.h; made by <see cref="BpfAssembler"/>.</summary>
[StructLayout(LayoutKind.Sequential)]
public readonly record struct BpfInstruction(byte Code, byte Registers, short Offset, int Value);
