namespace Brig.Engine.Images;

/// <summary>Where an archive stops being an image and becomes an attack on the disk.</summary>
internal sealed record UnpackLimits
{
    public static readonly UnpackLimits Default = new();

    /// <summary>Files and directories of one layer: each takes an inode.</summary>
    public int Entries { get; init; } = 4_000_000;

    /// <summary>Bytes that one layer's files may take; holes of sparse files take none.</summary>
    public long Bytes { get; init; } = 1L << 40;

    /// <summary>How long one file may seem to be, holes included: what ext4 can hold.</summary>
    public long FileLength { get; init; } = 16L << 40;

    /// <summary>How many times its packed size a layer may become, once it is larger than <see cref="RatioFrom"/>.</summary>
    public int Ratio { get; init; } = 200;

    public long RatioFrom { get; init; } = 512L << 20;

    /// <summary>False: an archive with a device in it is refused.</summary>
    public bool Devices { get; init; } = true;

    /// <summary>Asked again and again with the bytes that come next; throws where there is no room for them.</summary>
    public Action<long>? RoomFor { get; init; }

    /// <summary>overlayfs takes 500 layers; one is the container's own.</summary>
    public const int Layers = 499;
}
