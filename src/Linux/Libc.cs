using System.Runtime.InteropServices;

namespace Brig.Linux;

/// <summary>
/// libc and raw system calls, one subject per file, spelled as the kernel spells them. -1 is failure with the number in <see cref="Errno.Last"/>.
/// A test compiles every constant, size and offset here against the C headers.
/// </summary>
public static unsafe partial class Libc
{
    private const string C = "libc";
}
