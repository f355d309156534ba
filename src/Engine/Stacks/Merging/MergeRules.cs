using System.Collections.Immutable;
using Brig.Engine.Stacks.Yaml;

namespace Brig.Engine.Stacks.Merging;

internal enum MergeKind
{
    /// <summary>As the values are: mappings merged, lists appended, texts replaced.</summary>
    Plain,
    Replace,
    /// <summary>A list of NAME=value is a mapping first.</summary>
    Pairs,
    /// <summary>A list of names is a mapping first.</summary>
    Names,
    Dependencies,
    /// <summary>A text is the mapping's <c>context</c>.</summary>
    Build,
    /// <summary>A text is a list of one.</summary>
    OneOrMore,
    /// <summary>Each text once.</summary>
    Set,
    Ports,
    Mounts,
    Files,
    Logging,
}

/// <summary>How the value at a path is merged.</summary>
internal static class MergeRules
{
    private static readonly ImmutableDictionary<string, MergeKind> OfService = new Dictionary<string, MergeKind>
    {
        ["command"] = MergeKind.Replace,
        ["entrypoint"] = MergeKind.Replace,
        ["healthcheck.test"] = MergeKind.Replace,
        ["environment"] = MergeKind.Pairs,
        ["labels"] = MergeKind.Pairs,
        ["annotations"] = MergeKind.Pairs,
        ["sysctls"] = MergeKind.Pairs,
        ["build"] = MergeKind.Build,
        ["build.args"] = MergeKind.Pairs,
        ["build.labels"] = MergeKind.Pairs,
        ["build.tags"] = MergeKind.Set,
        ["deploy.labels"] = MergeKind.Pairs,
        ["networks"] = MergeKind.Names,
        ["depends_on"] = MergeKind.Dependencies,
        ["env_file"] = MergeKind.OneOrMore,
        ["dns"] = MergeKind.OneOrMore,
        ["dns_search"] = MergeKind.OneOrMore,
        ["tmpfs"] = MergeKind.OneOrMore,
        ["cap_add"] = MergeKind.Set,
        ["cap_drop"] = MergeKind.Set,
        ["expose"] = MergeKind.Set,
        ["profiles"] = MergeKind.Set,
        ["security_opt"] = MergeKind.Set,
        ["devices"] = MergeKind.Mounts,
        ["ports"] = MergeKind.Ports,
        ["volumes"] = MergeKind.Mounts,
        ["configs"] = MergeKind.Files,
        ["secrets"] = MergeKind.Files,
        ["logging"] = MergeKind.Logging,
    }.ToImmutableDictionary();

    /// <param name="path">From the file's root: services, web, ports.</param>
    public static MergeKind Of(ImmutableArray<string> path) => path switch
    {
        ["services", _, .. var rest] when !rest.IsEmpty => OfService.GetValueOrDefault(string.Join('.', rest)),
        ["networks" or "volumes" or "configs" or "secrets", _, "labels" or "driver_opts"] => MergeKind.Pairs,
        _ => MergeKind.Plain,
    };

    /// <summary>The value in the form in which two of its kind can be merged.</summary>
    public static YamlNode Same(YamlNode node, MergeKind kind) => (kind, node) switch
    {
        (MergeKind.Pairs, YamlList list) => Map(list, item => item.IndexOf('=', StringComparison.Ordinal) is var at && at < 0 ? (item, null) : (item[..at], item[(at + 1)..])),
        (MergeKind.Names, YamlList list) => Map(list, item => (item, null)),
        (MergeKind.Dependencies, YamlList list) => DependencyMap(list),
        (MergeKind.Build, YamlScalar scalar) => YamlMap.At(scalar, [new(YamlScalar.At(scalar, "context"), scalar)]),
        (MergeKind.OneOrMore, YamlScalar scalar) => YamlList.At(scalar, [scalar]),
        _ => node,
    };

    private static YamlNode Map(YamlList list, Func<string, (string Name, string? Value)> split)
    {
        var entries = new Dictionary<string, YamlEntry>(StringComparer.Ordinal);
        foreach (var item in list.Items)
        {
            if (item is not YamlScalar scalar)
            {
                return list;    // the reader tells what is wrong with it
            }
            var (name, value) = split(scalar.Value);
            entries[name] = new(YamlScalar.At(item, name), value is null ? YamlScalar.NullAt(item) : YamlScalar.At(item, value));
        }
        return YamlMap.At(list, [.. entries.Values]);
    }

    private static YamlNode DependencyMap(YamlList list) =>
        Map(list, name => (name, null)) is not YamlMap map ? list : map.With([.. map.Entries.Select(entry =>
            entry with { Value = YamlMap.At(entry.Value, [new(YamlScalar.At(entry.Value, "condition"), YamlScalar.At(entry.Value, "service_started"))]) })]);
}
