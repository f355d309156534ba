using System.Text;
using static Brig.Linux.Libc;

namespace Brig.Shim.Child;

/// <summary>
/// Memory the child finds where the parent put it: strings, structs, numbers. Shared, for the parent goes on writing while the child waits already; freed as a whole.
/// </summary>
internal sealed unsafe class Arena : IDisposable
{
    /// <summary>Arguments and environment are at most 2 MiB; what is not written to is not there.</summary>
    private const nuint Size = 16 * 1024 * 1024;

    private readonly byte* _start = SharedMemory.Map(Size);
    private nuint _used;

    /// <summary>Zeroed, aligned to 8.</summary>
    public byte* Take(int bytes)
    {
        var size = ((nuint)bytes + 7) & ~(nuint)7;
        if (size > Size - _used)
            throw new PlanException("the plan is too large");
        var taken = _start + _used;
        _used += size;
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

    public void Dispose() => munmap(_start, Size);
}
