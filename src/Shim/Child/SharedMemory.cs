using Brig.Linux;
using static Brig.Linux.Libc;

namespace Brig.Shim.Child;

/// <summary>Memory that parent and child both see, zeroed.</summary>
internal static unsafe class SharedMemory
{
    public static byte* Map(nuint size)
    {
        var memory = mmap(null, size, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
        return (nint)memory != -1 ? (byte*)memory : throw new LinuxException("mmap", "memory shared with the child", Errno.Last);
    }
}
