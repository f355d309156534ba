namespace Brig.Linux;

/// <summary>Reads what a library of this machine unpacks, piece by piece.</summary>
public abstract class UnpackingStream(Stream from) : Stream
{
    private readonly byte[] _packed = new byte[128 * 1024];
    private int _start, _end;
    private bool _ended;

    public override bool CanRead => true;
    public override bool CanSeek => false;
    public override bool CanWrite => false;
    public override long Length => throw new NotSupportedException();
    public override long Position { get => throw new NotSupportedException(); set => throw new NotSupportedException(); }

    /// <exception cref="InvalidDataException">Damaged, or cut off.</exception>
    public override int Read(Span<byte> buffer)
    {
        while (!buffer.IsEmpty)
        {
            if (_start == _end && !_ended)
            {
                (_start, _end) = (0, from.Read(_packed));
                _ended = _end == 0;
            }
            var (used, made, isWhole) = Step(_packed.AsSpan(_start, _end - _start), _ended, buffer);
            _start += used;
            if (made > 0 || (isWhole && _ended && _start == _end))
            {
                return made;
            }
            if (used == 0 && _ended)
            {
                throw new InvalidDataException("the packed stream breaks off");
            }
        }
        return 0;
    }

    /// <param name="isLast">Nothing more comes behind it.</param>
    /// <returns>Bytes it took, bytes it made, and whether all that was packed so far is whole.</returns>
    /// <exception cref="InvalidDataException">Damaged.</exception>
    protected abstract (int Used, int Made, bool IsWhole) Step(ReadOnlySpan<byte> packed, bool isLast, Span<byte> plain);

    public override int Read(byte[] buffer, int offset, int count) => Read(buffer.AsSpan(offset, count));
    public override void Flush()
    {
    }

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();
    public override void SetLength(long value) => throw new NotSupportedException();
    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            from.Dispose();
        }
        base.Dispose(disposing);
    }
}
