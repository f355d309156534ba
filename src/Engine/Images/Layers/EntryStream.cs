using Brig.Linux.Tar;

namespace Brig.Engine.Images;

/// <summary>The content of an archive's entry as a stream.</summary>
internal sealed class EntryStream(TarReader tar, Action<int>? progress = null) : ReadOnlyStream
{
    public override int Read(Span<byte> buffer)
    {
        var chunk = tar.Content(buffer.Length);
        chunk.CopyTo(buffer);
        progress?.Invoke(chunk.Length);
        return chunk.Length;
    }
}
