using System.Globalization;
using System.Runtime.InteropServices;
using Brig.Engine.Isolation.Seccomp;
using Brig.Linux.Seccomp;

namespace Brig.Engine.Tests.Isolation.Seccomp;

/// <summary>The same profile made into a filter by libseccomp, as runc does (seccomp_rule_add(3)).</summary>
internal static class LibSeccompOracle
{
    private const string Library = "libseccomp.so.2";
    private const int EEXIST = -17;

    /// <summary>The libseccomp of this machine does not have it yet.</summary>
    public static bool IsNewer(string name) => seccomp_syscall_resolve_name(name) == -1;

    public static byte[] Compile(uint otherwise, SyscallArch arch, IEnumerable<(string Name, ResolvedRule Rule, uint Return)> rules)
    {
        nint filter = seccomp_init(otherwise);
        if (arch != SyscallArches.Native)
        {
            Check(seccomp_arch_add(filter, (uint)arch), "arch_add");
            Check(seccomp_arch_remove(filter, (uint)SyscallArches.Native), "arch_remove");
        }
        foreach (var (name, rule, value) in rules.Where(rule => !IsNewer(rule.Name)))
        {
            Cmp[] args = [.. rule.Args.Select(arg => new Cmp { Index = (uint)arg.Index, Op = 1 + (int)arg.Op, A = arg.Value, B = arg.ValueTwo })];
            // The number is always the machine's own; libseccomp finds the other architecture's.
            int result = seccomp_rule_add_array(filter, value, seccomp_syscall_resolve_name(name), (uint)args.Length, args);
            Assert.True(result is 0 or EEXIST, string.Create(CultureInfo.InvariantCulture, $"{name}: {result}"));
        }
        string file = Path.GetTempFileName();
        using (var stream = File.OpenWrite(file))
        {
            Check(seccomp_export_bpf(filter, (int)stream.SafeFileHandle.DangerousGetHandle()), "export");
        }
        seccomp_release(filter);
        byte[] program = File.ReadAllBytes(file);
        File.Delete(file);
        return program;
    }

    private static void Check(int result, string what) => Assert.True(result == 0, $"seccomp_{what}: {result}");

    [StructLayout(LayoutKind.Sequential)]
    private struct Cmp
    {
        public uint Index;

        /// <summary>enum scmp_compare: in the order of <see cref="SeccompOp"/>, from 1.</summary>
        public int Op;
        public ulong A;
        public ulong B;
    }

#pragma warning disable SYSLIB1054 // generated code would be unsafe, which only the kernel's library is
    [DllImport(Library)]
    private static extern nint seccomp_init(uint action);

    [DllImport(Library)]
    private static extern void seccomp_release(nint filter);

    [DllImport(Library)]
    private static extern int seccomp_arch_add(nint filter, uint arch);

    [DllImport(Library)]
    private static extern int seccomp_arch_remove(nint filter, uint arch);

    [DllImport(Library)]
    private static extern int seccomp_rule_add_array(nint filter, uint action, int syscall, uint count, Cmp[] args);

    [DllImport(Library)]
    private static extern int seccomp_export_bpf(nint filter, int fd);

    [DllImport(Library, CharSet = CharSet.Ansi, BestFitMapping = false)]
    private static extern int seccomp_syscall_resolve_name(string name);
#pragma warning restore SYSLIB1054
}
