using System.Text;

namespace Brig.Engine.Containers.Probes;

/// <summary>The first 4 KiB a probe writes; the rest is read, so that it need not wait, and counted.</summary>
internal sealed class ProbeOutput : IOutputSink
{
    private const int Kept = 4096;

    private readonly Lock _gate = new();
    private readonly byte[] _bytes = new byte[Kept];
    private int _length;
    private long _skipped;

    public ValueTask TakeAsync(OutputChunk chunk)
    {
        lock (_gate)
        {
            int taken = Math.Min(chunk.Bytes.Length, Kept - _length);
            chunk.Bytes.Span[..taken].CopyTo(_bytes.AsSpan(_length));
            _length += taken;
            _skipped += chunk.SkippedBytes + chunk.Bytes.Length - taken;
        }
        return default;
    }

    public void End()
    {
    }

    public (string Text, long Skipped) Read()
    {
        lock (_gate)
        {
            return (Encoding.UTF8.GetString(_bytes, 0, _length), _skipped);
        }
    }
}
