using System.Collections.Immutable;
using Brig.Engine.Stacks.Merging;
using Brig.Engine.Stacks.Yaml;

namespace Brig.Engine.Stacks.Compose;

/// <summary><c>extends</c>: a service over another one, of this file or of another.</summary>
internal sealed class Extension(ComposeLoader loader, IReadOnlyDictionary<string, string> variables)
{
    private readonly Dictionary<string, YamlMap> _files = new(StringComparer.Ordinal);

    public YamlMap Apply(YamlMap file)
    {
        if (file["services"] is not YamlMap services)
        {
            return file;
        }
        var resolved = services.Entries.Select(entry => entry with { Value = Resolve(file, entry.Key.Value, entry.Value, []) });
        return file.Set("services", services.With([.. resolved]));
    }

    private YamlNode Resolve(YamlMap file, string name, YamlNode service, ImmutableArray<string> chain)
    {
        if (service is not YamlMap map || map["extends"] is not { } extends)
        {
            return service;
        }
        string here = $"{file.File.Name}#{name}";
        if (chain.Contains(here))
        {
            throw new YamlFailure(extends.Place, $"Services extend each other in a circle: {string.Join(", ", chain.Add(here).Select(link => link[(link.IndexOf('#', StringComparison.Ordinal) + 1)..]))}.");
        }
        string? other = ((extends is YamlMap asked ? asked["service"] : extends) as YamlScalar)?.Value;
        if (string.IsNullOrEmpty(other) || (extends as YamlMap)?.Entries.Any(entry => entry.Key.Value is not ("service" or "file")) == true)
        {
            throw new YamlFailure(extends.Place, $"services.{name}.extends: This must be a service's name, or a mapping with service and file.");
        }
        var from = (extends as YamlMap)?["file"] is YamlScalar path ? File(path) : file;
        if (from["services"] is not YamlMap services || services[other] is not { } below)
        {
            throw new YamlFailure(extends.Place, $"services.{name}.extends: There is no service \"{Text.Short(other)}\" in {from.File.Name}.");
        }
        var resolved = Resolve(from, other, below, chain.Add(here));
        return NodeMerge.Merge(resolved, map.Without("extends"), ["services", name]) ?? map;
    }

    private YamlMap File(YamlScalar path)
    {
        string name = loader.Normal(ComposeLoader.Under(path.File.Folder, path.Value), path);
        if (!_files.TryGetValue(name, out var file))
        {
            _files[name] = file = loader.Tree(new(name, ComposeLoader.Parent(name)), variables, path);
        }
        return file;
    }
}
