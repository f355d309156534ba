using Brig.Engine.Containers;

namespace Brig.Web.Hubs;

/// <summary>Which containers are followed, by the words that a search knows too; those that come later count as well.</summary>
internal sealed class FollowSources(string[] wanted)
{
    public const string Stack = "com.docker.compose.project", Service = "com.docker.compose.service";
    private const int ShortestId = 12;

    public bool Includes(Container container) =>
        container.Spec.Sandbox is null && (wanted.Length == 0 || wanted.Any(word => Is(container, word)));

    private static bool Is(Container container, string word)
    {
        var labels = container.Spec.Labels;
        int colon = word.IndexOf(':');
        string rest = word[(colon + 1)..];
        return (colon < 0 ? "" : word[..colon]) switch
        {
            "stack" => labels.GetValueOrDefault(Stack) == rest,
            "service" => $"{labels.GetValueOrDefault(Stack)}/{labels.GetValueOrDefault(Service)}" == rest,
            "label" => rest.IndexOf('=') is >= 0 and var equals ? labels.GetValueOrDefault(rest[..equals]) == rest[(equals + 1)..] : labels.ContainsKey(rest),
            _ => container.Name == word || container.Id.Value == word || word.Length >= ShortestId && container.Id.Value.StartsWith(word, StringComparison.Ordinal),
        };
    }
}
