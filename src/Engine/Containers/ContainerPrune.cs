using System.Collections.Immutable;

namespace Brig.Engine.Containers;

/// <summary>Which containers a prune takes, of those that neither run nor wait to restart.</summary>
/// <param name="Until">Only those made before. Null: all.</param>
/// <param name="Labels">Only those with all of these, as <c>key</c> or <c>key=value</c>.</param>
/// <param name="NotLabels">None of those with any of these.</param>
public sealed record ContainerPrune(DateTimeOffset? Until, ImmutableArray<string> Labels, ImmutableArray<string> NotLabels)
{
    public static readonly ContainerPrune All = new(null, [], []);

    /// <param name="image">The labels of its image, which are the container's too where it has none of its own by that name.</param>
    internal bool Takes(Container container, IReadOnlyDictionary<string, string>? image = null)
    {
        return (Until is null || container.CreatedAt < Until) && Labels.All(Has) && !NotLabels.Any(Has);

        bool Has(string asked)
        {
            string[] pair = asked.Split('=', 2);
            string? value = container.Spec.Labels.GetValueOrDefault(pair[0]) ?? image?.GetValueOrDefault(pair[0]);
            return value is not null && (pair.Length == 1 || pair[1] == value);
        }
    }
}
