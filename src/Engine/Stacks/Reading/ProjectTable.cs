using System.Collections.Immutable;
using Brig.Engine.Stacks.Compose;

namespace Brig.Engine.Stacks.Reading;

/// <summary>What stands at a file's top.</summary>
internal sealed record ProjectDraft
{
    public string? Name { get; init; }
    public ImmutableArray<KeyValuePair<string, ServiceDraft>> Services { get; init; } = [];
    public ImmutableArray<KeyValuePair<string, ComposeNetwork>> Networks { get; init; } = [];
    public ImmutableArray<KeyValuePair<string, ComposeVolume>> Volumes { get; init; } = [];
    public ImmutableArray<KeyValuePair<string, ComposeFile>> Configs { get; init; } = [];
    public ImmutableArray<KeyValuePair<string, ComposeFile>> Secrets { get; init; } = [];
}

internal static class ProjectTable
{
    public static readonly Table<ProjectDraft> Table = new Table<ProjectDraft>("stack", "a Compose file", _ => new())
        .Add("name", new ScalarShape<string>("a stack's name; it has lower case letters, digits, '-' and '_'", (scalar, out value) => IsName(value = scalar.Value), () => new() { ["type"] = "string" }),
            (project, value) => project with { Name = value }, "The stack's name.")
        .Quiet("version", "Of older files; it has no meaning.")
        .Quiet("include", "Other files whose services, networks and the like are of this stack too.")
        .Add("services", Shapes.MapOf(ServiceTable.Make(), checkNames: true), (project, value) => project with { Services = value }, "The programs, each in containers of its own.")
        .Add("networks", Shapes.MapOf(TopTables.Network, withNull: true, checkNames: true), (project, value) => project with { Networks = value }, "What they reach each other over.")
        .Add("volumes", Shapes.MapOf(TopTables.Volume, withNull: true, checkNames: true), (project, value) => project with { Volumes = value }, "What outlives them.")
        .Add("configs", Shapes.MapOf(FileShapes.Config, checkNames: true), (project, value) => project with { Configs = value }, "Files that are given to them.")
        .Add("secrets", Shapes.MapOf(FileShapes.Secret, checkNames: true), (project, value) => project with { Secrets = value }, "Files that are given to them and shown to nobody.")
        .Refuse("models", "Brig runs containers only.");

    public static bool IsName(string text) =>
        text.Length is > 0 and <= 63 && (char.IsAsciiLetterLower(text[0]) || char.IsAsciiDigit(text[0])) && text.All(c => char.IsAsciiLetterLower(c) || char.IsAsciiDigit(c) || c is '-' or '_');
}
