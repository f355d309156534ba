using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace Brig.Linux.Cgroups;

/// <summary>v2 has no device files: a small BPF program at the cgroup is asked at every open and mknod (BPF_PROG_TYPE_CGROUP_DEVICE).</summary>
internal static unsafe partial class DeviceFilter
{
    private const int BPF_PROG_LOAD = 5, BPF_PROG_ATTACH = 8, BPF_PROG_TYPE_CGROUP_DEVICE = 15, BPF_CGROUP_DEVICE = 6, BPF_F_ALLOW_MULTI = 2;
    private const int Block = 1, Char = 2;   // BPF_DEVCG_DEV_*
    private const int Mknod = 1, Read = 2, Write = 4;   // BPF_DEVCG_ACC_*

    /// <summary>The cgroup keeps the program until it is removed. Throws <see cref="LinuxException"/>.</summary>
    public static void Attach(string directory, IEnumerable<DeviceRule> rules)
    {
        using SafeFileHandle cgroup = Kernfs.Open(directory, out int errno) ?? throw new LinuxException("open", directory, errno);
        using SafeFileHandle program = Load(Assemble(rules), directory);
        AttachAttributes attach = new()
        {
            Target = (uint)cgroup.DangerousGetHandle(),
            Program = (uint)program.DangerousGetHandle(),
            Type = BPF_CGROUP_DEVICE,
            Flags = BPF_F_ALLOW_MULTI,
        };
        if (Bpf(BPF_PROG_ATTACH, &attach, sizeof(AttachAttributes)) < 0)
        {
            throw new LinuxException("bpf BPF_PROG_ATTACH", directory, Marshal.GetLastPInvokeError());
        }
    }

    /// <summary>Each rule is: other type, other access, other number, go to the next rule; else return 1. At the end, return 0.</summary>
    internal static Instruction[] Assemble(IEnumerable<DeviceRule> rules)
    {
        // struct bpf_cgroup_dev_ctx { u32 access_type; u32 major; u32 minor; }
        List<Instruction> code =
        [
            Instruction.Load(2, 1, 0), Instruction.Move(3, 2), Instruction.And(2, 0xFFFF), Instruction.ShiftRight(3, 16),   // r2 type, r3 access
            Instruction.Load(4, 1, 4), Instruction.Load(5, 1, 8),   // r4 major, r5 minor
        ];
        foreach (DeviceRule rule in rules)
        {
            List<Instruction> body = [Instruction.Move(1, 3), Instruction.And(1, Access(rule.Access)), Instruction.IfNot(1, 3), Instruction.IfNotValue(2, rule.Kind == 'b' ? Block : Char)];
            if (rule.Major is { } major)
            {
                body.Add(Instruction.IfNotValue(4, major));
            }
            if (rule.Minor is { } minor)
            {
                body.Add(Instruction.IfNotValue(5, minor));
            }
            body.AddRange([Instruction.Set(0, 1), Instruction.Exit]);
            code.AddRange(body.Select((each, at) => each.JumpTo(body.Count - at - 1)));
        }
        return [.. code, Instruction.Set(0, 0), Instruction.Exit];
    }

    private static int Access(string letters)
        => (letters.Contains('m', StringComparison.Ordinal) ? Mknod : 0) | (letters.Contains('r', StringComparison.Ordinal) ? Read : 0) | (letters.Contains('w', StringComparison.Ordinal) ? Write : 0);

    private static SafeFileHandle Load(Instruction[] code, string directory)
    {
        fixed (Instruction* instructions = code)
        fixed (byte* license = "MIT\0"u8)
        {
            LoadAttributes load = new() { Type = BPF_PROG_TYPE_CGROUP_DEVICE, Count = (uint)code.Length, Instructions = (ulong)instructions, License = (ulong)license };
            // A signal interrupts the verifier (EAGAIN), and the runtime sends itself some: it is asked again, as libbpf does.
            long fd;
            for (int again = 0; (fd = Bpf(BPF_PROG_LOAD, &load, sizeof(LoadAttributes))) < 0 && Marshal.GetLastPInvokeError() == Errno.EAGAIN && again < 100; again++)
            {
            }
            return fd >= 0 ? new SafeFileHandle((nint)fd, ownsHandle: true) : throw new LinuxException("bpf BPF_PROG_LOAD", directory, Marshal.GetLastPInvokeError());
        }
    }

    private static long Bpf(int command, void* attributes, int size)
        => syscall(RuntimeInformation.ProcessArchitecture == Architecture.Arm64 ? 280 : 321, command, attributes, (uint)size);

    [LibraryImport("libc", SetLastError = true)]
    private static partial nint syscall(nint number, int command, void* attributes, uint size);

    [StructLayout(LayoutKind.Sequential)]
    private struct LoadAttributes
    {
        public uint Type, Count;
        public ulong Instructions, License;
        public uint LogLevel, LogSize;
        public ulong LogBuffer;
        public uint KernelVersion, Flags;
    }

    [StructLayout(LayoutKind.Sequential)]
    private struct AttachAttributes
    {
        public uint Target, Program, Type, Flags;
    }

    /// <summary>struct bpf_insn.</summary>
    [StructLayout(LayoutKind.Sequential)]
    internal readonly record struct Instruction(byte Code, byte Registers, short Offset, int Value)
    {
        private const byte JumpIfNotRegister = 0x5D, JumpIfNotValue = 0x55;

        public static Instruction Load(int to, int from, short offset) => new(0x61, Pair(to, from), offset, 0);   // to = *(u32 *)(from + offset)
        public static Instruction Move(int to, int from) => new(0xBF, Pair(to, from), 0, 0);
        public static Instruction Set(int to, int value) => new(0xB7, Pair(to, 0), 0, value);
        public static Instruction And(int to, int value) => new(0x57, Pair(to, 0), 0, value);
        public static Instruction ShiftRight(int to, int bits) => new(0x77, Pair(to, 0), 0, bits);
        public static Instruction IfNot(int left, int right) => new(JumpIfNotRegister, Pair(left, right), 0, 0);
        public static Instruction IfNotValue(int left, int value) => new(JumpIfNotValue, Pair(left, 0), 0, value);
        public static readonly Instruction Exit = new(0x95, 0, 0, 0);

        /// <summary>A jump gets its distance; anything else stays.</summary>
        public Instruction JumpTo(int distance) => Code is JumpIfNotRegister or JumpIfNotValue ? this with { Offset = (short)distance } : this;

        private static byte Pair(int to, int from) => (byte)(to | (from << 4));
    }
}
