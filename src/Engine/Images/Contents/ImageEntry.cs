namespace Brig.Engine.Images.Contents;

public enum ImageEntryKind
{
    File,
    Directory,
    Symlink,
    Device,
    Fifo,
    Socket,
    /// <summary>In a single layer: what lower layers have by this name is gone.</summary>
    Removed,
}

/// <summary>A file of an image.</summary>
/// <param name="Path">Absolute.</param>
/// <param name="Size">Bytes; of a directory, of all that lies in it, each file once however many names it has.</param>
/// <param name="Files">How many lie in it; 1 of what is no directory.</param>
/// <param name="Target">Of a symlink.</param>
/// <param name="Layer">The layer it comes from, the lowest is 0; of a directory the highest that has it.</param>
public sealed record ImageEntry(
    string Name, string Path, ImageEntryKind Kind, uint Mode, uint Uid, uint Gid, long Size, int Files, DateTimeOffset ModifiedAt, string? Target, int Layer);
