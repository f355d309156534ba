using System.Text;
using Brig.Linux;
using static Brig.Linux.Libc;

namespace Brig.Shim.Child;

/// <summary>Memory the child finds where the parent put it: strings, structs, numbers. Freed as a whole.</summary>
internal sealed unsafe class Arena : IDisposable
{
    private const nuint ChunkSize = 64 * 1024;
    private readonly List<(nint Start, nuint Length)> _chunks = [];
    private byte* _next;
    private nuint _left;

    /// <summary>Zeroed, aligned to 8.</summary>
    public byte* Take(int bytes)
    {
        var size = ((nuint)bytes + 7) & ~(nuint)7;
        if (size > _left)
            Grow(Math.Max(size, ChunkSize));
        var taken = _next;
        _next += size;
        _left -= size;
        return taken;
    }

    public T* Put<T>(T value) where T : unmanaged
    {
        var at = (T*)Take(sizeof(T));
        *at = value;
        return at;
    }

    /// <summary>UTF-8 with a NUL.</summary>
    public byte* String(string text)
    {
        var size = Encoding.UTF8.GetByteCount(text);
        var at = Take(size + 1);
        Encoding.UTF8.GetBytes(text, new Span<byte>(at, size));
        return at;
    }

    /// <summary>A vector of strings with a null at its end.</summary>
    public byte** Strings(ReadOnlySpan<string> texts)
    {
        var vector = (byte**)Take((texts.Length + 1) * sizeof(byte*));
        for (var i = 0; i < texts.Length; i++)
            vector[i] = String(texts[i]);
        return vector;
    }

    public void Dispose()
    {
        foreach (var (start, length) in _chunks)
            munmap((void*)start, length);
        _chunks.Clear();
        _left = 0;
    }

    private void Grow(nuint size)
    {
        size = (size + 4095) & ~(nuint)4095;
        var memory = mmap(null, size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
        if ((nint)memory == -1)
            throw new LinuxException("mmap", "memory for the launch", Errno.Last);
        _chunks.Add(((nint)memory, size));
        _next = (byte*)memory;
        _left = size;
    }
}
