using System.Collections.Immutable;
using Brig.Engine.Build.Dockerfiles;

namespace Brig.Engine.Build;

/// <summary>A COPY or ADD with its variables filled in.</summary>
/// <param name="Sources">Paths in the context or the other stage, and for ADD files that were fetched.</param>
/// <param name="Target">Absolute.</param>
/// <param name="IntoDirectory">The target was written as a directory, with a slash behind it.</param>
/// <param name="Owner">Null: root, or as they are where <paramref name="KeepsOwners"/>.</param>
/// <param name="Mode">Permission bits for all that is copied; null: as they are.</param>
internal sealed record CopyPlan(
    int At, string Name, ImmutableArray<string> Sources, ImmutableArray<(string Name, string Content)> Files, ImmutableArray<Fetched> Fetched, string Target, bool IntoDirectory,
    string? Owner, uint? Mode, bool Unpacks, bool Parents, IgnoreFile Excluded)
{
    /// <summary>It comes from another stage or image, where owners mean something; a context's are whoever checked it out.</summary>
    public bool KeepsOwners { get; init; }
}

/// <summary>What ADD got from an address.</summary>
/// <param name="Path">A file of the build's own folder.</param>
/// <param name="ModifiedAt">As the server says; nanoseconds since 1970.</param>
internal sealed record Fetched(string Path, string Name, long ModifiedAt);
