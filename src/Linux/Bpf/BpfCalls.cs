using System.Runtime.InteropServices;
using System.Text;
using Microsoft.Win32.SafeHandles;

namespace Brig.Linux.Bpf;

/// <summary>bpf(2): maps, programs, and hanging a program to what it watches. All throw <see cref="LinuxException"/>.</summary>
internal static unsafe class BpfCalls
{
    private const int SYS_bpf = 321;
    private const int BPF_MAP_CREATE = 0, BPF_MAP_LOOKUP_ELEM = 1, BPF_MAP_UPDATE_ELEM = 2, BPF_MAP_DELETE_ELEM = 3, BPF_MAP_GET_NEXT_KEY = 4, BPF_PROG_LOAD = 5, BPF_RAW_TRACEPOINT_OPEN = 17,
        BPF_LINK_CREATE = 28;
    private const uint BPF_PROG_TYPE_SCHED_CLS = 3, BPF_PROG_TYPE_CGROUP_SOCK_ADDR = 18, BPF_PROG_TYPE_TRACING = 26;
    private const int LogSize = 64 * 1024;

    /// <summary>For a map: an element takes its memory when it comes.</summary>
    public const uint NoPreallocation = 1;

    public static SafeFileHandle MakeMap(BpfMapType type, int keySize, int valueSize, int entries, uint flags = 0)
    {
        var attributes = new MapAttributes { Type = (uint)type, KeySize = (uint)keySize, ValueSize = (uint)valueSize, Entries = (uint)entries, Flags = flags };
        return Handle(Bpf(BPF_MAP_CREATE, &attributes, sizeof(MapAttributes)), "bpf BPF_MAP_CREATE", type.ToString());
    }

    /// <summary>False: there is no such key.</summary>
    public static bool Lookup(SafeFileHandle map, ReadOnlySpan<byte> key, Span<byte> value)
    {
        fixed (byte* k = key, v = value)
        {
            var attributes = new ElementAttributes { Map = Fd(map), Key = (ulong)k, Value = (ulong)v };
            return Bpf(BPF_MAP_LOOKUP_ELEM, &attributes, sizeof(ElementAttributes)) == 0;
        }
    }

    public static void Update(SafeFileHandle map, ReadOnlySpan<byte> key, ReadOnlySpan<byte> value)
    {
        fixed (byte* k = key, v = value)
        {
            var attributes = new ElementAttributes { Map = Fd(map), Key = (ulong)k, Value = (ulong)v };
            Check(Bpf(BPF_MAP_UPDATE_ELEM, &attributes, sizeof(ElementAttributes)), "bpf BPF_MAP_UPDATE_ELEM", "map");
        }
    }

    /// <summary>One that is not there is no error.</summary>
    public static void Delete(SafeFileHandle map, ReadOnlySpan<byte> key)
    {
        fixed (byte* k = key)
        {
            var attributes = new ElementAttributes { Map = Fd(map), Key = (ulong)k };
            Bpf(BPF_MAP_DELETE_ELEM, &attributes, sizeof(ElementAttributes));
        }
    }

    /// <summary>The key behind this one; false: it was the last.</summary>
    /// <param name="key">Empty: before the first.</param>
    public static bool NextKey(SafeFileHandle map, ReadOnlySpan<byte> key, Span<byte> next)
    {
        fixed (byte* k = key, n = next)
        {
            var attributes = new ElementAttributes { Map = Fd(map), Key = (ulong)k, Value = (ulong)n };
            return Bpf(BPF_MAP_GET_NEXT_KEY, &attributes, sizeof(ElementAttributes)) == 0;
        }
    }

    /// <summary>Loads a program that reads the kernel's own types and hangs it to one of its functions or tracepoints, until the handle is closed.</summary>
    /// <param name="target">Of a FUNC, or of the typedef <c>btf_trace_NAME</c>.</param>
    public static SafeFileHandle Watch(string name, BpfInstruction[] code, BpfAttachType type, uint target)
    {
        using var loaded = Load(name, code, new() { Type = BPF_PROG_TYPE_TRACING, ExpectedAttachType = (uint)type, AttachBtfId = target });
        var open = new OpenAttributes { Program = Fd(loaded) };
        return Handle(Bpf(BPF_RAW_TRACEPOINT_OPEN, &open, sizeof(OpenAttributes)), "bpf BPF_RAW_TRACEPOINT_OPEN", name);
    }

    /// <summary>Loads a program that decides about packets.</summary>
    public static SafeFileHandle LoadClassifier(string name, BpfInstruction[] code) => Load(name, code, new() { Type = BPF_PROG_TYPE_SCHED_CLS });

    /// <summary>From now on the program sees every packet that an interface of this network namespace receives, before anybody else, until the handle is closed. EINVAL: before Linux 6.6.</summary>
    public static SafeFileHandle AttachIngress(SafeFileHandle program, int link)
    {
        var attributes = new LinkAttributes { Program = Fd(program), Target = (uint)link, AttachType = (uint)BpfAttachType.TcxIngress };
        return Handle(Bpf(BPF_LINK_CREATE, &attributes, sizeof(LinkAttributes)), "bpf BPF_LINK_CREATE", $"interface {link}");
    }

    /// <summary>Loads a program that looks at connect(2) of IPv4.</summary>
    public static SafeFileHandle LoadConnect(string name, BpfInstruction[] code) =>
        Load(name, code, new() { Type = BPF_PROG_TYPE_CGROUP_SOCK_ADDR, ExpectedAttachType = (uint)BpfAttachType.ConnectIpv4 });

    /// <summary>From now on the program sees every connect(2) of IPv4 of whoever is in the cgroup or below it, beside others' programs, until the handle is closed.</summary>
    public static SafeFileHandle AttachConnect(SafeFileHandle program, int cgroup, string name)
    {
        var attributes = new LinkAttributes { Program = Fd(program), Target = (uint)cgroup, AttachType = (uint)BpfAttachType.ConnectIpv4 };
        return Handle(Bpf(BPF_LINK_CREATE, &attributes, sizeof(LinkAttributes)), "bpf BPF_LINK_CREATE", name);
    }

    private static SafeFileHandle Load(string name, BpfInstruction[] code, ProgramAttributes load)
    {
        byte[] log = new byte[LogSize];
        fixed (BpfInstruction* instructions = code)
        fixed (byte* license = "Dual MIT/GPL\0"u8)
        fixed (byte* text = log)
        {
            (load.Count, load.Instructions, load.License) = ((uint)code.Length, (ulong)instructions, (ulong)license);
            nint program = Bpf(BPF_PROG_LOAD, &load, sizeof(ProgramAttributes));
            if (program < 0)
            {
                int errno = Marshal.GetLastPInvokeError();
                (load.LogLevel, load.LogSize, load.LogBuffer) = (1, LogSize, (ulong)text);
                program = Bpf(BPF_PROG_LOAD, &load, sizeof(ProgramAttributes));
                if (program < 0)
                {
                    throw new LinuxException("bpf BPF_PROG_LOAD", $"{name}{LastLine(log)}", errno);
                }
            }
            return new SafeFileHandle(program, ownsHandle: true);
        }
    }

    /// <summary>Why the kernel's check of the program refused it.</summary>
    private static string LastLine(byte[] log)
    {
        string[] lines = Encoding.UTF8.GetString(log).TrimEnd('\0').Split('\n', StringSplitOptions.RemoveEmptyEntries);
        string? line = lines.LastOrDefault(line => !line.StartsWith("processed", StringComparison.Ordinal));
        return line is null ? "" : $" ({line})";
    }

    private static SafeFileHandle Handle(nint fd, string call, string what) => new(Check(fd, call, what), ownsHandle: true);

    private static nint Check(nint result, string call, string what) => result >= 0 ? result : throw new LinuxException(call, what, Marshal.GetLastPInvokeError());

    private static uint Fd(SafeFileHandle handle) => (uint)handle.DangerousGetHandle();

    /// <summary>A signal interrupts the verifier (EAGAIN), and the runtime sends itself some: it is asked again, as libbpf does.</summary>
    private static nint Bpf(int command, void* attributes, int size)
    {
        for (int again = 0; ; again++)
        {
            nint result = Libc.syscall(SYS_bpf, command, (nint)attributes, size, 0, 0, 0);
            if (result >= 0 || Errno.Last != Errno.EAGAIN || again == 100)
            {
                return result;
            }
        }
    }

    private struct MapAttributes
    {
        public uint Type, KeySize, ValueSize, Entries, Flags;
    }

    private struct ElementAttributes
    {
        public uint Map, _pad;
        public ulong Key, Value, Flags;
    }

    private struct OpenAttributes
    {
        public ulong Name;
        public uint Program, _pad;
    }

    /// <summary>Of BPF_LINK_CREATE, for an interface or a cgroup; the last two stay 0: behind all that are there.</summary>
    private struct LinkAttributes
    {
        public uint Program, Target, AttachType, Flags, Relative, _pad;
        public ulong Revision;
    }

    /// <summary>union bpf_attr of BPF_PROG_LOAD, as far as we fill it.</summary>
    private struct ProgramAttributes
    {
        public uint Type, Count;
        public ulong Instructions, License;
        public uint LogLevel, LogSize;
        public ulong LogBuffer;
        public uint KernelVersion, Flags;
        public fixed byte Name[16];
        public uint Interface, ExpectedAttachType, Btf, FunctionInfoSize;
        public ulong FunctionInfo;
        public uint FunctionInfoCount, LineInfoSize;
        public ulong LineInfo;
        public uint LineInfoCount, AttachBtfId, AttachProgram, _pad;
    }
}

internal enum BpfMapType { Hash = 1, Array = 2, PerCpuArray = 6, CgroupArray = 8 }

internal enum BpfAttachType
{
    /// <summary>connect(2) to an IPv4 address.</summary>
    ConnectIpv4 = 10,
    /// <summary>A tracepoint.</summary>
    Tracepoint = 23,
    /// <summary>The return of a function: its arguments and what it returned.</summary>
    FunctionExit = 25,
    /// <summary>What an interface receives.</summary>
    TcxIngress = 46,
}
