namespace Brig.Engine.Images;

/// <summary>Passes bytes through and counts them.</summary>
internal sealed class CountingStream(Stream from) : ReadOnlyStream
{
    private long _count;

    public long Count => Volatile.Read(ref _count);

    public override int Read(Span<byte> buffer)
    {
        int read = from.Read(buffer);
        Volatile.Write(ref _count, _count + read);
        return read;
    }

    /// <summary>What a packed stream has behind its end still belongs to the blob.</summary>
    public void Drain()
    {
        byte[] buffer = new byte[64 * 1024];
        while (Read(buffer) > 0)
        {
        }
    }
}
