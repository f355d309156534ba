using System.Runtime.InteropServices;

namespace Brig.Linux.Seccomp;

/// <summary>What we take from libseccomp.so.2: the tables of system calls of each architecture (seccomp_syscall_resolve_name(3)).</summary>
internal static unsafe partial class LibSeccomp
{
    /// <summary>__NR_SCMP_ERROR: nobody knows the name. Other negative numbers: calls of other architectures.</summary>
    public const int Unknown = -1;

    private const string Library = "libseccomp.so.2";

    /// <exception cref="LinuxException">The library is missing.</exception>
    public static int Resolve(uint arch, string name)
    {
        try
        {
            return seccomp_syscall_resolve_name_arch(arch, name);
        }
        catch (DllNotFoundException)
        {
            throw Missing();
        }
    }

    /// <exception cref="LinuxException">The library is missing.</exception>
    public static string? Resolve(uint arch, int number)
    {
        try
        {
            var name = seccomp_syscall_resolve_num_arch(arch, number);
            var text = Marshal.PtrToStringUTF8(name);
            NativeMemory.Free((void*)name);
            return text;
        }
        catch (DllNotFoundException)
        {
            throw Missing();
        }
    }

    private static LinuxException Missing() => new("dlopen", Library + " (Debian's package libseccomp2; scripts/setup installs it)", Errno.ENOENT);

    [LibraryImport(Library, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int seccomp_syscall_resolve_name_arch(uint arch, string name);

    /// <returns>From malloc(3), ours to free; null: no such call.</returns>
    [LibraryImport(Library)]
    private static partial nint seccomp_syscall_resolve_num_arch(uint arch, int number);
}
