namespace Brig.Engine.Images;

/// <summary>Stops what a few packed bytes unpack to without end.</summary>
internal sealed class BombGuard(Stream plain, Func<long> packed, UnpackLimits limits) : ReadOnlyStream
{
    private long _count;

    public override int Read(Span<byte> buffer)
    {
        int read = plain.Read(buffer);
        _count += read;
        if (_count > limits.RatioFrom && _count / limits.Ratio > packed())
        {
            throw EngineException.Invalid($"The archive unpacks to more than {limits.Ratio} times its size, as an archive does that is made to fill the disk.");
        }
        return read;
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            plain.Dispose();
        }
        base.Dispose(disposing);
    }
}
