using System.Collections.Immutable;

namespace Brig.Engine.History;

/// <summary>Something that was measured: a container, also a removed one, or the machine. Times are unix milliseconds.</summary>
/// <param name="Id">Of the container, or <c>machine</c>.</param>
/// <param name="Name">The last it had. Who follows a service through its updates follows the name, or stack and service.</param>
/// <param name="Stack">Null: of none. So is <paramref name="Service"/>.</param>
/// <param name="From">Of the oldest value that is kept; null: nothing was measured yet.</param>
/// <param name="To">Of the newest.</param>
/// <param name="RemovedAt">Null: it is there.</param>
public sealed record HistorySource(
    string Id,
    string Name,
    string? Image,
    string? Stack,
    string? Service,
    ImmutableDictionary<string, string> Labels,
    DateTimeOffset? CreatedAt,
    long? From,
    long? To,
    long? RemovedAt)
{
    /// <summary>A container without walls.</summary>
    public bool Privileged { get; init; }

    /// <summary>The id of the machine itself.</summary>
    public const string Machine = "machine";
}
