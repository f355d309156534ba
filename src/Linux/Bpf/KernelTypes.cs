using System.Buffers.Binary;

namespace Brig.Linux.Bpf;

/// <summary>
/// What the running kernel says of its own functions and structs, /sys/kernel/btf/vmlinux (Documentation/bpf/btf.rst). Numbers of types are places in that file, offsets are
/// bytes. Looked through once for all names that are asked for, because it has five megabytes.
/// </summary>
internal sealed class KernelTypes
{
    public const string File = "/sys/kernel/btf/vmlinux";
    private const int Struct = 4, Typedef = 8, Func = 12;

    private readonly Dictionary<string, uint> _functions = [], _typedefs = [];
    private readonly Dictionary<string, int> _members = [];

    private KernelTypes()
    {
    }

    /// <summary>Null: the kernel has no such function.</summary>
    public uint? Function(string name) => _functions.TryGetValue(name, out uint id) ? id : null;

    public uint? Tracepoint(string name) => _typedefs.TryGetValue("btf_trace_" + name, out uint id) ? id : null;

    /// <summary>Bytes from the start of the struct; null: it has no such member.</summary>
    public int? Offset(string type, string member) => _members.TryGetValue(type + "." + member, out int offset) ? offset : null;

    /// <param name="functions">Names.</param>
    /// <param name="tracepoints">Names.</param>
    /// <param name="members">As <c>task_struct.real_cred</c>.</param>
    /// <exception cref="LinuxException">EINVAL: it is no such file.</exception>
    public static KernelTypes Read(ReadOnlySpan<byte> file, string[] functions, string[] tracepoints, string[] members)
    {
        if (file.Length < 24 || BinaryPrimitives.ReadUInt16LittleEndian(file) != 0xEB9F)
        {
            throw new LinuxException("read", File, Errno.EINVAL);
        }
        try
        {
            var found = new KernelTypes();
            int header = Number(file, 4);
            var types = file.Slice(header + Number(file, 8), Number(file, 12));
            var strings = file.Slice(header + Number(file, 16), Number(file, 20));
            found.Walk(types, strings, new(strings, functions), new(strings, tracepoints.Select(name => "btf_trace_" + name)), members);
            return found;
        }
        catch (ArgumentOutOfRangeException)
        {
            throw new LinuxException("read", File, Errno.EINVAL);
        }
    }

    private void Walk(ReadOnlySpan<byte> types, ReadOnlySpan<byte> strings, Wanted functions, Wanted typedefs, string[] members)
    {
        var structs = new Wanted(strings, members.Select(member => member[..member.IndexOf('.', StringComparison.Ordinal)]).Distinct());
        uint id = 1;
        for (int at = 0; at < types.Length; id++)
        {
            int name = Number(types, at), info = Number(types, at + 4), count = info & 0xFFFF, kind = info >> 24 & 0x1F;
            at += 12;
            if (kind == Func && functions.Find(name) is { } function)
            {
                _functions.TryAdd(function, id);
            }
            else if (kind == Typedef && typedefs.Find(name) is { } typedef)
            {
                _typedefs.TryAdd(typedef, id);
            }
            else if (kind == Struct && structs.Find(name) is { } type)
            {
                Members(type, types.Slice(at, count * 12), strings, info < 0, members);
            }
            at += kind switch
            {
                1 or 14 or 17 => 4,                  // int, var, decl_tag
                3 => 12,                             // array
                4 or 5 or 15 or 19 => count * 12,    // struct, union, datasec, enum64
                6 or 13 => count * 8,                // enum, func_proto
                _ => 0,
            };
        }
    }

    private void Members(string type, ReadOnlySpan<byte> list, ReadOnlySpan<byte> strings, bool bitfields, string[] wanted)
    {
        for (int at = 0; at < list.Length; at += 12)
        {
            string key = type + "." + Text(strings, Number(list, at));
            if (wanted.Contains(key))
            {
                int bits = Number(list, at + 8);
                _members.TryAdd(key, (bitfields ? bits & 0xFFFFFF : bits) / 8);
            }
        }
    }

    private static int Number(ReadOnlySpan<byte> bytes, int at) => BinaryPrimitives.ReadInt32LittleEndian(bytes.Slice(at, 4));

    private static string Text(ReadOnlySpan<byte> strings, int at)
    {
        var text = strings[at..];
        return System.Text.Encoding.UTF8.GetString(text[..text.IndexOf((byte)0)]);
    }

    /// <summary>Names by where they lie among the strings: comparing numbers is a hundred times cheaper than texts.</summary>
    private sealed class Wanted
    {
        private readonly Dictionary<int, string> _names = [];

        public Wanted(ReadOnlySpan<byte> strings, IEnumerable<string> names)
        {
            foreach (string name in names)
            {
                // The kernel's strings are there once each, but one may be the end of a longer one.
                byte[] bytes = [0, .. System.Text.Encoding.UTF8.GetBytes(name), 0];
                int at = strings.IndexOf(bytes);
                if (at >= 0)
                {
                    _names[at + 1] = name;
                }
            }
        }

        public string? Find(int name) => name == 0 ? null : _names.GetValueOrDefault(name);
    }
}
