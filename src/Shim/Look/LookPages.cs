using Brig.Linux;
using Brig.Linux.Wire;
using static Brig.Linux.Libc;

namespace Brig.Shim.Look;

/// <summary>Memory shared with the looking child: what it read, and how much each read brought.</summary>
internal sealed unsafe class LookPages : IDisposable
{
    /// <summary>The kernel gives no more of a file of /proc in one read.</summary>
    public const int Page = 4096;

    /// <summary>What one getdents64 or recvfrom may bring.</summary>
    public const int Large = 32 * 1024;
    private readonly byte* _memory;
    private readonly nuint _size;
    private nuint _taken;

    /// <param name="size">Bytes; what is not written to costs nothing.</param>
    public LookPages(nuint size)
    {
        _size = size;
        var memory = mmap(null, size, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
        if ((nint)memory == -1)
            throw new LinuxException("mmap", "memory shared with the child", Errno.Last);
        _memory = (byte*)memory;
    }

    public static nuint SizeFor(LookRequest request)
    {
        nuint size = 0;
        foreach (var file in request.Files)
            size += (nuint)Reads(file) * (Page + 8);
        return size + (nuint)((request.Folders.Length * Many) + (2 * Many)) * (Large + 8) + Page;
    }

    /// <summary>Reads of a folder, or of a netlink answer.</summary>
    public const int Many = 16;

    public static int Reads(LookFile file) => Math.Clamp(file.Most, 1, 256 * 1024) / Page + 1;

    public LookPart Take(int bytes)
    {
        if (_size - _taken < (nuint)bytes + 8)
            throw new Child.PlanException("more was to be read than there is room for");
        var at = _memory + _taken;
        _taken += (nuint)bytes + 8;
        return new LookPart((int*)at, at + 8, bytes);
    }

    public void Dispose() => munmap(_memory, _size);
}

/// <summary>One read: how many bytes came, and the bytes.</summary>
internal readonly unsafe struct LookPart(int* length, byte* bytes, int size)
{
    public int* LengthAt { get; } = length;
    public byte* At { get; } = bytes;
    public int Size { get; } = size;

    public ReadOnlySpan<byte> Bytes => new(At, Math.Clamp(*LengthAt, 0, Size));
}
