using System.Runtime.InteropServices;

namespace Brig.Linux;

/// <summary>Reads what xz packed, by liblzma.so.5 (Debian's liblzma5). Streams may follow one another (lzma/base.h, lzma/container.h).</summary>
public sealed unsafe partial class XzStream : UnpackingStream
{
    private const string Library = "liblzma.so.5";

    /// <summary>As much as xz -9 needs; without a limit a few bytes could ask for gigabytes.</summary>
    private const ulong MostMemory = 72 << 20;

    private const uint LZMA_CONCATENATED = 0x08;
    private const int LZMA_RUN = 0, LZMA_FINISH = 3;
    private const int LZMA_OK = 0, LZMA_STREAM_END = 1, LZMA_MEMLIMIT_ERROR = 6, LZMA_BUF_ERROR = 10;

    private lzma_stream* _stream;
    private bool _ended;

    /// <exception cref="DllNotFoundException">liblzma5 is not installed.</exception>
    public XzStream(Stream from) : base(from)
    {
        _stream = (lzma_stream*)NativeMemory.AllocZeroed((nuint)sizeof(lzma_stream));
        try
        {
            if (lzma_stream_decoder(_stream, MostMemory, LZMA_CONCATENATED) != LZMA_OK)
            {
                throw new InvalidOperationException("liblzma has no memory");
            }
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
        if (_ended)
        {
            return (0, 0, true);
        }
        fixed (byte* from = packed, to = plain)
        {
            _stream->next_in = from;
            _stream->avail_in = (nuint)packed.Length;
            _stream->next_out = to;
            _stream->avail_out = (nuint)plain.Length;
            int code = lzma_code(_stream, isLast ? LZMA_FINISH : LZMA_RUN);
            _ended = code == LZMA_STREAM_END;
            return code is LZMA_OK or LZMA_STREAM_END or LZMA_BUF_ERROR
                ? (packed.Length - (int)_stream->avail_in, plain.Length - (int)_stream->avail_out, _ended)
                : throw new InvalidDataException(code == LZMA_MEMLIMIT_ERROR ? $"the xz stream needs more than {MostMemory >> 20} MiB of memory to unpack" : $"the xz stream is damaged (lzma_ret {code})");
        }
    }

    protected override void Dispose(bool disposing)
    {
        if (_stream is not null)
        {
            lzma_end(_stream);
            NativeMemory.Free(_stream);
            _stream = null;
        }
        base.Dispose(disposing);
    }

    private struct lzma_stream
    {
        public byte* next_in;
        public nuint avail_in;
        public ulong total_in;
        public byte* next_out;
        public nuint avail_out;
        public ulong total_out;
        private readonly nint _allocator, _internal;
        private fixed long _reserved[9];    // four pointers, two 64-bit numbers, two sizes, two enums
    }

    [LibraryImport(Library)]
    private static partial int lzma_stream_decoder(lzma_stream* stream, ulong memory, uint flags);
    [LibraryImport(Library)]
    private static partial int lzma_code(lzma_stream* stream, int action);
    [LibraryImport(Library)]
    private static partial void lzma_end(lzma_stream* stream);
}
