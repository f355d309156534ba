using System.Runtime.InteropServices;

namespace Brig.Linux;

/// <summary>Reads what bzip2 packed, by libbz2.so.1.0 (Debian's libbz2-1.0). Streams may follow one another (bzlib.h).</summary>
public sealed unsafe partial class Bzip2Stream : UnpackingStream
{
    private const string Library = "libbz2.so.1.0";
    private const int BZ_OK = 0, BZ_STREAM_END = 4;

    private bz_stream* _stream;
    private bool _between;      // one has ended, and none begun after it

    /// <exception cref="DllNotFoundException">libbz2-1.0 is not installed.</exception>
    public Bzip2Stream(Stream from) : base(from)
    {
        _stream = (bz_stream*)NativeMemory.AllocZeroed((nuint)sizeof(bz_stream));
        try
        {
            Begin();
        }
        catch
        {
            NativeMemory.Free(_stream);
            _stream = null;
            throw;
        }
    }

    protected override (int Used, int Made, bool IsWhole) Step(ReadOnlySpan<byte> packed, bool isLast, Span<byte> plain)
    {
        if (_between && packed.IsEmpty)
        {
            return (0, 0, true);
        }
        if (_between)
        {
            _ = BZ2_bzDecompressEnd(_stream);
            Begin();
        }
        fixed (byte* from = packed, to = plain)
        {
            _stream->next_in = from;
            _stream->avail_in = (uint)packed.Length;
            _stream->next_out = to;
            _stream->avail_out = (uint)plain.Length;
            int code = BZ2_bzDecompress(_stream);
            _between = code == BZ_STREAM_END;
            return code is BZ_OK or BZ_STREAM_END
                ? (packed.Length - (int)_stream->avail_in, plain.Length - (int)_stream->avail_out, _between)
                : throw new InvalidDataException($"the bzip2 stream is damaged ({code})");
        }
    }

    protected override void Dispose(bool disposing)
    {
        if (_stream is not null)
        {
            _ = BZ2_bzDecompressEnd(_stream);
            NativeMemory.Free(_stream);
            _stream = null;
        }
        base.Dispose(disposing);
    }

    private void Begin()
    {
        *_stream = default;
        if (BZ2_bzDecompressInit(_stream, 0, 0) != BZ_OK)
        {
            throw new InvalidOperationException("libbz2 has no memory");
        }
        _between = false;
    }

    private struct bz_stream
    {
        public byte* next_in;
        public uint avail_in;
        private readonly uint _totalInLow, _totalInHigh;
        public byte* next_out;
        public uint avail_out;
        private readonly uint _totalOutLow, _totalOutHigh;
        private readonly nint _state, _alloc, _free, _opaque;
    }

    [LibraryImport(Library)]
    private static partial int BZ2_bzDecompressInit(bz_stream* stream, int verbosity, int small);
    [LibraryImport(Library)]
    private static partial int BZ2_bzDecompress(bz_stream* stream);
    [LibraryImport(Library)]
    private static partial int BZ2_bzDecompressEnd(bz_stream* stream);
}
