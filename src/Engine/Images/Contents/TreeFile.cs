namespace Brig.Engine.Images.Contents;

/// <summary>A file in an <see cref="ImageTree"/>.</summary>
internal sealed class TreeFile(string name, ImageEntryKind kind, long size, int layer)
{
    public string Name { get; } = name;
    public ImageEntryKind Kind { get; } = kind;

    /// <summary>Bytes; a file of several names has them by one of these, a directory none of its own.</summary>
    public long Size { get; } = size;

    /// <summary>The layer it comes from; of a directory the highest that has it.</summary>
    public int Layer { get; set; } = layer;

    /// <summary>By name; null: it is no directory.</summary>
    public Dictionary<string, TreeFile>? Inside { get; set; } = kind == ImageEntryKind.Directory ? [] : null;

    /// <summary>With all below it; set by <see cref="Sum"/>.</summary>
    public long Bytes { get; private set; } = size;

    /// <summary>How many lie in it; 1 of what is no directory.</summary>
    public int Files { get; private set; } = kind == ImageEntryKind.Directory ? 0 : 1;

    public void Sum()
    {
        if (Inside is null)
        {
            return;
        }
        (Bytes, Files) = (0, 0);
        foreach (var file in Inside.Values)
        {
            file.Sum();
            (Bytes, Files) = (Bytes + file.Bytes, Files + file.Files);
        }
    }

    /// <summary>Those that are no directory, itself or below it.</summary>
    public IEnumerable<TreeFile> All() => Inside is null ? [this] : Inside.Values.SelectMany(file => file.All());
}
