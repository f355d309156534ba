using System.Collections.Immutable;

namespace Brig.Engine.PostMortems;

internal sealed class PostMortemService(PostMortemTable table, Streaks streaks) : IPostMortems
{
    public ImmutableArray<PostMortemSummary> List(string? container = null, int limit = 200) =>
        table.List(one => container is null || one.Container.Value == container || one.Name == container || (container.Length >= 12 && one.Container.Value.StartsWith(container, StringComparison.Ordinal)), limit);

    public async Task<PostMortem> GetAsync(string id, CancellationToken stop = default)
    {
        await streaks.WrittenAsync(id).WaitAsync(stop);
        var one = await Task.Run(() => table.Read(id), stop)
            ?? throw EngineException.NotFound($"There is no post-mortem \"{Text.Short(id)}\"; those of a container are kept up to {PostMortemTable.MostOfOne}, of all up to {PostMortemTable.MostOfAll}, for 30 days.");
        return one with { Streak = table.List(other => other.Streak is { } streak && (streak.First == id || streak.Last == id), 1).FirstOrDefault()?.Streak };
    }
}
