using Brig.Engine.Images;

namespace Brig.Engine.Build;

/// <param name="Reference">Null: the image gets no tag.</param>
/// <param name="Config">In place of what the image and the container say together.</param>
/// <param name="Pause">A running one is paused while it is read, so that its files fit each other.</param>
public sealed record CommitRequest(string? Reference = null, string? Author = null, string? Comment = null, ImageConfig? Config = null, bool Pause = true)
{
    /// <summary>Applied to what the image and the container say together, or to <see cref="Config"/>.</summary>
    public Func<ImageConfig, ImageConfig>? Change { get; init; }
}

/// <summary>Containers back into images and archives.</summary>
public interface ICommits
{
    /// <summary>The container's image with what it changed as one more layer, its owners as they are inside. A task; returns when it is done.</summary>
    Task<Image> CommitAsync(string idOrName, CommitRequest request, CancellationToken stop = default);

    /// <summary>Its whole root file system as a tar, without what is mounted into it.</summary>
    Task ExportAsync(string idOrName, Stream to, CancellationToken stop = default);
}
