using System.Collections.Immutable;

namespace Brig.Engine.Stacks.Compose;

/// <summary>What the files of a stack ask for, all of it read: the Compose specification's application model, as far as Brig has it.</summary>
/// <param name="Name">Of the file's <c>name</c>; null: it has none.</param>
/// <param name="Services">By name, sorted; also those whose profiles are not active.</param>
public sealed record ComposeProject(
    string? Name,
    ImmutableSortedDictionary<string, ComposeService> Services,
    ImmutableSortedDictionary<string, ComposeNetwork> Networks,
    ImmutableSortedDictionary<string, ComposeVolume> Volumes,
    ImmutableSortedDictionary<string, ComposeFile> Configs,
    ImmutableSortedDictionary<string, ComposeFile> Secrets)
{
    /// <summary>What the profiles let be: a service without profiles always.</summary>
    public IEnumerable<ComposeService> Enabled(IReadOnlyCollection<string> profiles) =>
        Services.Values.Where(service => service.Profiles.IsEmpty || profiles.Contains("*") || service.Profiles.Any(profiles.Contains));
}

/// <param name="Key">In the file.</param>
/// <param name="Name">Given by <c>name</c>; null: the stack's name and the key.</param>
/// <param name="External">It is there already and is not made or removed.</param>
public sealed record ComposeNetwork(string Key, string? Name, bool External, TextPlace Place)
{
    public int? Mtu { get; init; }
    public bool Masquerade { get; init; } = true;
    public bool Internal { get; init; }
    public bool EnableIpv6 { get; init; }
    public ImmutableArray<ComposePool> Pools { get; init; } = [];
    public ImmutableSortedDictionary<string, string> Labels { get; init; } = ImmutableSortedDictionary<string, string>.Empty;
}

/// <param name="Range">The part of the subnet that addresses are taken from; null: all of it.</param>
public sealed record ComposePool(string? Subnet, string? Gateway, string? Range);

public sealed record ComposeVolume(string Key, string? Name, bool External, TextPlace Place)
{
    public ImmutableSortedDictionary<string, string> Options { get; init; } = ImmutableSortedDictionary<string, string>.Empty;
    public ImmutableSortedDictionary<string, string> Labels { get; init; } = ImmutableSortedDictionary<string, string>.Empty;
}

/// <summary>A config or a secret: the content comes from exactly one of the four.</summary>
/// <param name="File">Relative to the stack's folder, or absolute.</param>
/// <param name="Environment">The variable whose value it is.</param>
/// <param name="Content">In the Compose file itself; configs only.</param>
/// <param name="External">The name of a secret that Brig keeps.</param>
public sealed record ComposeFile(string Key, string? File, string? Environment, string? Content, string? External, TextPlace Place)
{
    /// <summary>As the file's <c>name</c> says; matters for an external one only.</summary>
    public string? Name { get; init; }
}
