using System.Collections.Immutable;

namespace Brig.Engine.PostMortems;

/// <summary>Why containers ended badly. Kept beyond the container: at most 20 of one container, 1,000 in all, 64 MiB, 30 days.</summary>
public interface IPostMortems
{
    /// <summary>Newest first.</summary>
    /// <param name="container">Id or name, also of one that was removed; null: of all.</param>
    ImmutableArray<PostMortemSummary> List(string? container = null, int limit = 200);

    /// <summary>Waits for one that is just being written.</summary>
    /// <exception cref="EngineException">NotFound.</exception>
    Task<PostMortem> GetAsync(string id, CancellationToken stop = default);
}
