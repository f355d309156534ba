using System.Collections.Immutable;
using Brig.Engine.Stacks.Files;
using Brig.Engine.Stacks.Reading;
using Brig.Engine.Stacks.Yaml;

namespace Brig.Engine.Stacks.Compose;

/// <summary>From the files of a stack to what they ask for.</summary>
internal static class ProjectReader
{
    private static readonly string[] UsualFiles = ["compose.yaml", "compose.yml", "docker-compose.yaml", "docker-compose.yml"];

    /// <summary>The file by its usual names, and the one that is merged over it.</summary>
    /// <exception cref="EngineException">Invalid: there is none.</exception>
    public static ImmutableArray<string> FilesOf(StackFolder folder)
    {
        string main = UsualFiles.FirstOrDefault(folder.Has)
            ?? throw EngineException.Invalid($"There is no Compose file in the stack; it is called {string.Join(", ", UsualFiles)}, or named with the request.");
        string over = main[..main.LastIndexOf('.')];
        string? second = new[] { over + ".override.yaml", over + ".override.yml" }.FirstOrDefault(folder.Has);
        return second is null ? [main] : [main, second];
    }

    /// <summary>Null: nothing can be told of it, and the findings say why. With errors among the findings it is not whole.</summary>
    /// <param name="given">Variables that win over .env. Brig's own environment is nobody's: it holds the token.</param>
    public static ComposeProject? Read(StackFolder folder, IReadOnlyList<string> files, IReadOnlyDictionary<string, string> given, Findings findings) =>
        Variables(folder, files, given, findings) is { } variables ? With(folder, files, variables, findings) : null;

    /// <summary>What is set for the stack: what was given, and .env beside its first file. Null: that is wrong.</summary>
    public static IReadOnlyDictionary<string, string>? Variables(StackFolder folder, IReadOnlyList<string> files, IReadOnlyDictionary<string, string> given, Findings findings)
    {
        try
        {
            return new ComposeLoader(folder, findings).Variables([ComposeLoader.Under(ComposeLoader.Parent(files[0]), ".env")], given);
        }
        catch (YamlFailure e)
        {
            findings.Error(e);
            return null;
        }
    }

    /// <param name="variables">Of <see cref="Variables"/>.</param>
    public static ComposeProject? With(StackFolder folder, IReadOnlyList<string> files, IReadOnlyDictionary<string, string> variables, Findings findings)
    {
        var loader = new ComposeLoader(folder, findings);
        if (loader.Load(files, variables) is not { } tree)
        {
            return null;
        }
        var context = new ReadingContext(findings);
        if (!ProjectTable.Table.TryRead(tree, context, out var draft))
        {
            return null;
        }
        if (draft.Services.IsEmpty && !findings.HasErrors)
        {
            findings.Error(tree, "There is no service in it.");
        }
        var services = new ServiceReader(folder, variables, findings);
        var project = new ComposeProject(
            draft.Name,
            draft.Services.ToImmutableSortedDictionary(pair => pair.Key, pair => services.Finish(pair.Key, pair.Value), StringComparer.Ordinal),
            draft.Networks.ToImmutableSortedDictionary(pair => pair.Key, pair => pair.Value with { Key = pair.Key }, StringComparer.Ordinal),
            draft.Volumes.ToImmutableSortedDictionary(pair => pair.Key, pair => pair.Value with { Key = pair.Key }, StringComparer.Ordinal),
            Files(draft.Configs),
            Files(draft.Secrets));
        ProjectCheck.Check(project, findings);
        return project;
    }

    private static ImmutableSortedDictionary<string, ComposeFile> Files(ImmutableArray<KeyValuePair<string, ComposeFile>> files) =>
        files.ToImmutableSortedDictionary(pair => pair.Key, pair => pair.Value with { Key = pair.Key, External = pair.Value.External is "" ? pair.Value.Name ?? pair.Key : pair.Value.External }, StringComparer.Ordinal);
}
