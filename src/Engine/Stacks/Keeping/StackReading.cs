using System.Collections.Immutable;
using Brig.Engine.Images.Registry;
using Brig.Engine.Stacks.Compose;
using Brig.Engine.Stacks.Files;
using Brig.Engine.Stacks.Plans;

namespace Brig.Engine.Stacks.Keeping;

/// <summary>What a stack's files are read with.</summary>
/// <param name="Texts">In place of files.</param>
internal sealed record StackSettings(
    string? Folder, ImmutableArray<string> Files, ImmutableArray<string> Profiles, ImmutableDictionary<string, string> Variables, ImmutableDictionary<string, string> Texts)
{
    public ImmutableDictionary<string, int> Scales { get; init; } = ImmutableDictionary<string, int>.Empty;
    public ImmutableDictionary<string, string> Images { get; init; } = ImmutableDictionary<string, string>.Empty;
}

/// <param name="Project">Null: nothing could be read.</param>
internal sealed record StackReading(ComposeProject? Project, ImmutableArray<string> Files, Findings Findings, StackFolder Folder, IReadOnlyDictionary<string, string> Variables)
{
    /// <exception cref="EngineException">Invalid: the first of the errors, with its place.</exception>
    public ComposeProject Good()
    {
        if (Findings.All.FirstOrDefault(found => found.Severity == FindingSeverity.Error) is { } error)
        {
            int more = Findings.All.Count(found => found.Severity == FindingSeverity.Error) - 1;
            throw new EngineException(EngineErrorKind.Invalid, $"{error}{(more == 0 ? "" : more == 1 ? " One more thing is wrong." : $" {more} more things are wrong.")}") { Place = error.Place };
        }
        return Project!;
    }
}

/// <summary>Reads stacks.</summary>
internal sealed class StackReader(OwnFiles own, SecretBox box, SecretBook secrets)
{
    /// <param name="id">Null: of a stack that is not there.</param>
    public StackReading Read(string? id, StackSettings settings)
    {
        var folder = new StackFolder(settings.Folder ?? own.Folder(id ?? "none"), settings.Folder is not null, settings.Texts);
        var findings = new Findings();
        ImmutableArray<string> files = [];
        try
        {
            files = settings.Files.IsDefaultOrEmpty ? ProjectReader.FilesOf(folder) : settings.Files;
        }
        catch (EngineException e)
        {
            findings.Error(new TextPlace("compose.yaml", 1, 1), e.Message);
            return new(null, files, findings, folder, settings.Variables);
        }
        var variables = ProjectReader.Variables(folder, files, settings.Variables, findings);
        var project = variables is null ? null : ProjectReader.With(folder, files, variables, findings);
        return new(project is null ? null : Over(project, settings, findings), files, findings, folder, variables ?? settings.Variables);
    }

    /// <exception cref="EngineException">Invalid.</exception>
    public DesiredStack Desired(string id, string name, StackReading reading, ImmutableArray<string> profiles)
    {
        var contents = new FileContents(reading.Folder, reading.Variables, secrets.Read, content => box.Fingerprint(content));
        return new DesiredMaker(id, name, reading.Good(), reading.Folder, reading.Files, profiles, contents).Make();
    }

    /// <summary>How many and which image was said since the files were written.</summary>
    private static ComposeProject Over(ComposeProject project, StackSettings settings, Findings findings)
    {
        var over = project with
        {
            Services = project.Services.ToImmutableSortedDictionary(pair => pair.Key, pair => pair.Value with
            {
                Replicas = settings.Scales.TryGetValue(pair.Key, out int scale) ? scale : pair.Value.Replicas,
                Image = settings.Images.GetValueOrDefault(pair.Key) ?? pair.Value.Image,
            }, StringComparer.Ordinal),
        };
        foreach (var service in over.Services.Values.Where(service => service.Replicas > project.Services[service.Name].Replicas))
        {
            ProjectCheck.Copies(service, findings);
        }
        return over;
    }
}
