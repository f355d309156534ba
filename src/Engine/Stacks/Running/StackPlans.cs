using System.Collections.Immutable;
using Brig.Engine.Images;
using Brig.Engine.Images.Registry;
using Brig.Engine.Networks;
using Brig.Engine.Stacks.Compose;
using Brig.Engine.Stacks.Keeping;
using Brig.Engine.Stacks.Plans;
using Brig.Engine.Volumes;

namespace Brig.Engine.Stacks.Running;

/// <summary>From what is kept of a stack to a plan.</summary>
internal sealed class StackPlans(StackReader reader, StackRows rows, StackView view, INetworks networks, IVolumes volumes, IImages images, SecretBox box)
{
    public StackReading Read(StackRecord record, StackDraft? draft = null) => reader.Read(record.Id, Settings(record, draft));

    public StackReading Read(StackRecord record, RevisionRecord revision) => reader.Read(record.Id, new(
        record.Folder, revision.Files, revision.Profiles, Open(record.Id, revision.Variables), revision.Texts) { Scales = revision.Scales, Images = revision.Images });

    public DesiredStack Desired(StackRecord record, StackReading reading, ImmutableArray<string> profiles) => reader.Desired(record.Id, record.Name, reading, profiles);

    /// <exception cref="EngineException">Invalid: what is external is missing; a service that is named does not exist.</exception>
    public StackPlan Plan(DesiredStack desired, ImmutableArray<StackFinding> findings, ApplyOptions options, string? round = null, bool hasImages = false)
    {
        ImmutableHashSet<string>? only = options.Services is { IsDefaultOrEmpty: false } chosen ? Chosen(desired, chosen) : null;
        var anew = options.Anew ? only ?? desired.Services.Select(service => service.Name).ToImmutableHashSet() : [];
        return new Planner(desired, Actual(desired), new(anew, options.KeepOrphans || only is not null, only, options.Pull, hasImages, round)).Plan(findings);
    }

    public ImmutableDictionary<string, string> Open(string id, string variables) => variables.Length == 0
        ? ImmutableDictionary<string, string>.Empty
        : EngineJson.Read<ImmutableDictionary<string, string>>(box.Open(variables, About(id)) ?? throw EngineException.Failed("The stack's variables were kept with another key than Brig has now; give them anew."));

    public string Close(string id, ImmutableDictionary<string, string> variables) => variables.IsEmpty ? "" : box.Close(EngineJson.Write(variables), About(id));

    public static ImmutableArray<RevisionService> Services(DesiredStack desired) =>
    [
        .. desired.Services.Select(service => new RevisionService(service.Name, service.Spec.Image, service.Containers.Length,
            [.. service.Asked.DependsOn.Select(needed => new StackDependency(needed.Service, needed.Condition, needed.Required))])),
    ];

    private StackSettings Settings(StackRecord record, StackDraft? draft) => new(
        record.Folder,
        draft?.Files ?? record.Files,
        draft?.Profiles ?? record.Profiles,
        draft?.Variables ?? Open(record.Id, record.Variables),
        draft?.Texts ?? ImmutableDictionary<string, string>.Empty) { Scales = record.Scales, Images = record.Images };

    private static ImmutableHashSet<string> Chosen(DesiredStack desired, ImmutableArray<string> chosen) =>
        chosen.FirstOrDefault(name => desired.Service(name) is null) is { } missing ? throw EngineException.NotFound($"The stack has no service \"{Text.Short(missing)}\".") : [.. chosen];

    private ActualStack Actual(DesiredStack desired)
    {
        var revisions = new Lazy<ImmutableArray<RevisionRecord>>(() => rows.Revisions(desired.Id));
        return new(
            [.. view.Containers(desired.Name).OrderBy(container => container.Name, StringComparer.Ordinal)],
            [.. networks.List().OrderBy(network => network.Name, StringComparer.Ordinal)],
            [.. volumes.List().OrderBy(volume => volume.Name, StringComparer.Ordinal)],
            Digest,
            hash => revisions.Value.Select(revision => revision.Specs.GetValueOrDefault(hash)).FirstOrDefault(spec => spec is not null));
    }

    private string? Digest(string reference)
    {
        try
        {
            return images.Get(reference).Digest;
        }
        catch (EngineException e) when (e.Kind is EngineErrorKind.NotFound or EngineErrorKind.Invalid)
        {
            return null;
        }
    }

    private static string About(string id) => "stack/" + id;
}
