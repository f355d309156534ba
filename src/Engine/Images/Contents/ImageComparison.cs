using System.Collections.Immutable;

namespace Brig.Engine.Images.Contents;

/// <param name="Files">The first 10,000, by path.</param>
/// <param name="FilesAdded">All of them, like the two behind it.</param>
/// <param name="CommonLayers">So many lowest layers are the same.</param>
public sealed record ImageComparison(
    ImmutableArray<PackageChange> Packages, ImmutableArray<FileChange> Files, int FilesAdded, int FilesRemoved, int FilesChanged, int CommonLayers, ImmutableArray<string> Configuration);

/// <param name="Before">Versions; none: it was not there.</param>
/// <param name="After">None: it is gone.</param>
public sealed record PackageChange(string Kind, string Name, ImmutableArray<string> Before, ImmutableArray<string> After);

public enum FileChangeKind { Added, Removed, Changed }

/// <param name="What">Of a changed one: content, mode, owner, kind, target.</param>
public sealed record FileChange(string Path, FileChangeKind Kind, string What, long SizeBefore, long SizeAfter);
