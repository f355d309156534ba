namespace Brig.Engine.Stacks.Yaml;

/// <summary>A file that cannot be read on: what is wrong, and where.</summary>
internal sealed class YamlFailure(TextPlace place, string sentence) : Exception(sentence)
{
    public TextPlace Place { get; } = place;
}
