using System.Runtime.InteropServices;

namespace Brig.Linux;

/// <summary>Packs and unpacks small pieces whole, by libzstd.so.1 (zstd.h, "Simple Core API"). Not for two threads at once.</summary>
public sealed unsafe partial class Zstd : IDisposable
{
    private const string Library = "libzstd.so.1";

    /// <summary>What one piece may say that it is unpacked: it may have been damaged.</summary>
    private const ulong Largest = 64 << 20;

    private nint _packing, _unpacking;

    /// <exception cref="DllNotFoundException">libzstd1 is not installed.</exception>
    public byte[] Pack(ReadOnlySpan<byte> plain, int level)
    {
        if (_packing == 0)
        {
            _packing = ZSTD_createCCtx();
        }
        byte[] packed = GC.AllocateUninitializedArray<byte>((int)ZSTD_compressBound((nuint)plain.Length));
        fixed (byte* to = packed, from = plain)
        {
            nuint size = ZSTD_compressCCtx(_packing, to, (nuint)packed.Length, from, (nuint)plain.Length, level);
            return ZSTD_isError(size) == 0 ? packed[..(int)size] : throw new InvalidOperationException($"zstd could not pack ({Name(size)})");
        }
    }

    /// <exception cref="InvalidDataException">Damaged, or cut off.</exception>
    public byte[] Unpack(ReadOnlySpan<byte> packed)
    {
        if (_unpacking == 0)
        {
            _unpacking = ZSTD_createDCtx();
        }
        fixed (byte* from = packed)
        {
            ulong size = ZSTD_getFrameContentSize(from, (nuint)packed.Length);   // unknown and error are the two largest numbers
            if (size > Largest)
            {
                throw new InvalidDataException("the zstd frame is damaged");
            }
            byte[] plain = GC.AllocateUninitializedArray<byte>((int)size);
            fixed (byte* to = plain)
            {
                nuint made = ZSTD_decompressDCtx(_unpacking, to, (nuint)plain.Length, from, (nuint)packed.Length);
                return ZSTD_isError(made) == 0 && made == (nuint)plain.Length ? plain : throw new InvalidDataException($"the zstd frame is damaged ({Name(made)})");
            }
        }
    }

    public void Dispose()
    {
        _ = ZSTD_freeCCtx(_packing);
        _ = ZSTD_freeDCtx(_unpacking);
        (_packing, _unpacking) = (0, 0);
    }

    private static string? Name(nuint code) => Marshal.PtrToStringUTF8(ZSTD_getErrorName(code));

    [LibraryImport(Library)]
    private static partial nint ZSTD_createCCtx();
    [LibraryImport(Library)]
    private static partial nuint ZSTD_freeCCtx(nint context);
    [LibraryImport(Library)]
    private static partial nint ZSTD_createDCtx();
    [LibraryImport(Library)]
    private static partial nuint ZSTD_freeDCtx(nint context);
    [LibraryImport(Library)]
    private static partial nuint ZSTD_compressBound(nuint size);
    [LibraryImport(Library)]
    private static partial nuint ZSTD_compressCCtx(nint context, byte* to, nuint capacity, byte* from, nuint size, int level);
    [LibraryImport(Library)]
    private static partial nuint ZSTD_decompressDCtx(nint context, byte* to, nuint capacity, byte* from, nuint size);
    [LibraryImport(Library)]
    private static partial ulong ZSTD_getFrameContentSize(byte* from, nuint size);
    [LibraryImport(Library)]
    private static partial uint ZSTD_isError(nuint code);
    [LibraryImport(Library)]
    private static partial nint ZSTD_getErrorName(nuint code);
}
