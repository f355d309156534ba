using System.Collections.Immutable;
using Brig.Engine.Containers;

namespace Brig.Engine.Logs.Search;

/// <summary>Whose lines they are: a container as it is, or as it was when it was removed.</summary>
/// <param name="RemovedAt">Null: it exists.</param>
/// <param name="ExitCode">Of its last run; null: it runs, or never ended.</param>
public sealed record LogSource(
    ContainerId Id, string Name, string Image, ImmutableDictionary<string, string> Labels, DateTimeOffset CreatedAt, DateTimeOffset? RemovedAt = null, int? ExitCode = null)
{
    public string? Stack => Labels.GetValueOrDefault("com.docker.compose.project");
    public string? Service => Labels.GetValueOrDefault("com.docker.compose.service");

    /// <summary>It has, or had, no walls.</summary>
    public bool Privileged { get; init; }

    /// <summary>That a removed one's log takes of the disk; 0 while it exists.</summary>
    public long Bytes { get; init; }
}
