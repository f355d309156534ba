using System.Runtime.InteropServices;

namespace Brig.Linux;

/// <summary>A string as the kernel wants it, UTF-8 with a NUL at the end, until disposed.</summary>
public readonly unsafe ref struct CString(string text)
{
    public byte* Pointer { get; } = (byte*)Marshal.StringToCoTaskMemUTF8(text);

    public void Dispose() => Marshal.FreeCoTaskMem((nint)Pointer);
}
