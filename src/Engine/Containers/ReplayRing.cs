using System.Collections.Immutable;

namespace Brig.Engine.Containers;

/// <summary>The last 64 KiB an exec wrote, for who attaches after its end, when its shim is gone.</summary>
internal sealed class ReplayRing : IOutputSink
{
    private const int Size = 64 * 1024;

    private readonly Lock _gate = new();
    private readonly Queue<OutputChunk> _chunks = new();
    private int _bytes;
    private long _lost;

    /// <summary>Oldest first; the first one tells how many bytes came before it and are lost.</summary>
    public ImmutableArray<OutputChunk> Chunks()
    {
        lock (_gate)
        {
            var chunks = _chunks.ToImmutableArray();
            return _lost > 0 && !chunks.IsEmpty ? chunks.SetItem(0, chunks[0] with { SkippedBytes = _lost }) : chunks;
        }
    }

    public ValueTask TakeAsync(OutputChunk chunk)
    {
        lock (_gate)
        {
            _lost += chunk.SkippedBytes;
            if (!chunk.Bytes.IsEmpty)
            {
                _chunks.Enqueue(new(chunk.Stream, chunk.Bytes.ToArray(), 0));
                _bytes += chunk.Bytes.Length;
            }
            while (_bytes > Size && _chunks.Count > 1)
            {
                int gone = _chunks.Dequeue().Bytes.Length;
                _bytes -= gone;
                _lost += gone;
            }
        }
        return default;
    }

    public void End()
    {
    }
}
