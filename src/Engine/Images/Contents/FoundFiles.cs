using System.Collections.Immutable;

namespace Brig.Engine.Images.Contents;

/// <param name="Files">The first ones, by path.</param>
/// <param name="All">How many there are; a lower bound when <paramref name="IsCut"/>.</param>
/// <param name="IsCut">The image has more files than are searched.</param>
public sealed record FoundFiles(ImmutableArray<FoundFile> Files, int All, bool IsCut);

/// <param name="Bytes">Of a directory, of all that lies in it.</param>
public sealed record FoundFile(string Path, ImageEntryKind Kind, long Bytes, int Layer);
