using System.Runtime.InteropServices;

namespace Brig.Linux;

/// <summary>Reads what zstd packed, by libzstd.so.1 (Debian's libzstd1). Frames may follow one another.</summary>
public sealed unsafe partial class ZstdStream : Stream
{
    /// <summary>A window of 32 MiB: what every level but --ultra and --long keeps to, and all that an unpacking may hold.</summary>
    private const int LargestWindowLog = 25;

    private const string Library = "libzstd.so.1";
    private const int ZSTD_d_windowLogMax = 100;

    private readonly Stream _from;
    private readonly byte[] _packed = new byte[128 * 1024];
    private nint _context;
    private int _start, _end;
    private bool _frameEnded = true;

    /// <exception cref="DllNotFoundException">libzstd1 is not installed.</exception>
    public ZstdStream(Stream from)
    {
        _from = from;
        _context = ZSTD_createDCtx();
        _ = ZSTD_DCtx_setParameter(_context, ZSTD_d_windowLogMax, LargestWindowLog);
    }

    public override bool CanRead => true;
    public override bool CanSeek => false;
    public override bool CanWrite => false;
    public override long Length => throw new NotSupportedException();
    public override long Position { get => throw new NotSupportedException(); set => throw new NotSupportedException(); }

    /// <exception cref="InvalidDataException">Damaged, or cut off.</exception>
    public override int Read(Span<byte> buffer)
    {
        while (true)
        {
            if (_start == _end)
            {
                (_start, _end) = (0, _from.Read(_packed));
                if (_end == 0)
                {
                    return _frameEnded ? 0 : throw new InvalidDataException("the zstd stream breaks off");
                }
            }
            fixed (byte* to = buffer, packed = _packed)
            {
                var output = new Buffer { Pointer = to, Size = (nuint)buffer.Length };
                var input = new Buffer { Pointer = packed, Size = (nuint)_end, Position = (nuint)_start };
                nuint hint = ZSTD_decompressStream(_context, &output, &input);
                if (ZSTD_isError(hint) != 0)
                {
                    throw new InvalidDataException($"the zstd stream is damaged ({Marshal.PtrToStringUTF8(ZSTD_getErrorName(hint))})");
                }
                _start = (int)input.Position;
                _frameEnded = hint == 0;
                if (output.Position > 0)
                {
                    return (int)output.Position;
                }
            }
        }
    }

    public override int Read(byte[] buffer, int offset, int count) => Read(buffer.AsSpan(offset, count));
    public override void Flush()
    {
    }
    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();
    public override void SetLength(long value) => throw new NotSupportedException();
    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    protected override void Dispose(bool disposing)
    {
        if (_context != 0)
        {
            _ = ZSTD_freeDCtx(_context);
            _context = 0;
        }
        if (disposing)
        {
            _from.Dispose();
        }
        base.Dispose(disposing);
    }

    /// <summary>ZSTD_inBuffer and ZSTD_outBuffer.</summary>
    private struct Buffer
    {
        public byte* Pointer;
        public nuint Size;
        public nuint Position;
    }

    [LibraryImport(Library)]
    private static partial nint ZSTD_createDCtx();
    [LibraryImport(Library)]
    private static partial nuint ZSTD_freeDCtx(nint context);
    [LibraryImport(Library)]
    private static partial nuint ZSTD_DCtx_setParameter(nint context, int parameter, int value);
    [LibraryImport(Library)]
    private static partial nuint ZSTD_decompressStream(nint context, Buffer* output, Buffer* input);
    [LibraryImport(Library)]
    private static partial uint ZSTD_isError(nuint code);
    [LibraryImport(Library)]
    private static partial nint ZSTD_getErrorName(nuint code);
}
