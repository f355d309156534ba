namespace Brig.Engine.Images;

/// <summary>Passes bytes through and tells how many, now and then.</summary>
internal sealed class ReportingStream(Stream from, Action<int> report) : ReadOnlyStream
{
    private const int Often = 1 << 20;

    private int _untold;

    public override int Read(Span<byte> buffer)
    {
        int read = from.Read(buffer);
        _untold += read;
        if (_untold >= Often || read == 0)
        {
            report(_untold);
            _untold = 0;
        }
        return read;
    }
}
