namespace Brig.Engine.Stacks.Yaml;

/// <summary>The file that a value was read from.</summary>
/// <param name="Name">As sentences and marks name it.</param>
/// <param name="Folder">What relative paths in it are relative to, within the stack's folder; empty: that folder itself.</param>
internal sealed record YamlFile(string Name, string Folder = "");
