using System.Collections.Immutable;

namespace Brig.Engine.Images.Contents;

public enum SbomFormat
{
    /// <summary>SPDX 2.3 as JSON.</summary>
    Spdx,
    /// <summary>CycloneDX 1.5 as JSON.</summary>
    CycloneDx,
}

/// <summary>What is in an image. Nothing of it is executed, and no link in it leads out of it. All throw NotFound for an image or path that is not there.</summary>
public interface IImageContents
{
    /// <summary>A directory, the names in order.</summary>
    /// <param name="layer">One layer alone, the lowest is 0; null: all stacked, as a container sees them.</param>
    Task<ImmutableArray<ImageEntry>> ListAsync(string reference, string path, int? layer = null, CancellationToken stop = default);

    /// <summary>A regular file to read; the caller disposes it. Invalid: it is no regular file.</summary>
    Task<FileStream> OpenAsync(string reference, string path, int? layer = null, CancellationToken stop = default);

    /// <summary>Writes a directory and all in it as a tar, whatever owners and modes it has; whiteouts of a single layer as OCI has them. Invalid: it is no directory.</summary>
    Task WriteTarAsync(string reference, string path, int? layer, Stream to, CancellationToken stop = default);

    /// <summary>What each layer did to those below it, the lowest first.</summary>
    Task<ImmutableArray<LayerContents>> LayersAsync(string reference, CancellationToken stop = default);

    /// <summary>What takes the room in a directory, and in the directories in it.</summary>
    /// <param name="layer">Only what is seen of this layer; null: all.</param>
    Task<SizeTile> SizesAsync(string reference, string path, int? layer = null, CancellationToken stop = default);

    /// <summary>Files and directories by a part of their name, or of their path if there is a slash in it.</summary>
    /// <param name="layer">Only what is seen of this layer; null: all.</param>
    /// <param name="most">1 to 10,000 of them.</param>
    Task<FoundFiles> SearchAsync(string reference, string text, int? layer = null, int most = 200, CancellationToken stop = default);

    /// <summary>Debian's, Alpine's, Python's, npm's and .NET's packages found in it, by kind and name.</summary>
    Task<ImmutableArray<ImagePackage>> PackagesAsync(string reference, CancellationToken stop = default);

    /// <summary>The packages as a bill of materials. The same image gives the same bytes.</summary>
    Task<byte[]> SbomAsync(string reference, SbomFormat format, CancellationToken stop = default);

    /// <summary>What is in the second and not in the first, and the other way round.</summary>
    Task<ImageComparison> CompareAsync(string before, string after, CancellationToken stop = default);
}
