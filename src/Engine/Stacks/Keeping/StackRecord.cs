using System.Collections.Immutable;
using Brig.Engine.Containers;
using Brig.Engine.Networks;

namespace Brig.Engine.Stacks.Keeping;

/// <summary>A stack as it is kept.</summary>
/// <param name="Folder">Of the machine; null: its files are Brig's.</param>
/// <param name="Files">Empty: by their usual names.</param>
/// <param name="Variables">An object of strings as JSON, encrypted; empty: none.</param>
/// <param name="Revision">What was applied last and stands; 0: nothing.</param>
/// <param name="Last">The highest number of a revision there ever was.</param>
internal sealed record StackRecord(
    string Id, string Name, string? Folder, ImmutableArray<string> Files, ImmutableArray<string> Profiles, string Variables, DateTimeOffset CreatedAt, int Revision, int Last)
{
    /// <summary>By service, over what the files say.</summary>
    public ImmutableDictionary<string, int> Scales { get; init; } = ImmutableDictionary<string, int>.Empty;

    /// <summary>By service, over what the files say.</summary>
    public ImmutableDictionary<string, string> Images { get; init; } = ImmutableDictionary<string, string>.Empty;

    public string? Trouble { get; init; }
}

/// <summary>A revision as it is kept: enough to apply it again.</summary>
/// <param name="Before">The revision that stood until it; what a failed one leaves.</param>
/// <param name="Specs">What is asked for by each hash, as canonical JSON: what the next plan compares with.</param>
internal sealed record RevisionRecord(
    int Number, int Before, DateTimeOffset At, string Note, RevisionState State, ImmutableArray<string> Files, ImmutableDictionary<string, string> Texts, ImmutableArray<string> Profiles,
    string Variables, ImmutableDictionary<string, int> Scales, ImmutableDictionary<string, string> Images, StackPlan Plan, ImmutableDictionary<string, string> Specs,
    ImmutableArray<RevisionService> Services, string? Error)
{
    public StackRevision Shown => new(Number, At, Note, State, Files, Plan, Error);
}

internal sealed record RevisionService(string Name, string Image, int Containers, ImmutableArray<StackDependency> DependsOn);

internal enum IntentKind { Apply, Down, Start, Stop, Restart }

/// <summary>What is being done to a stack, on the disk before it is begun: an engine that finds it does it to its end.</summary>
/// <param name="Round">Marks the containers that are made meanwhile.</param>
/// <param name="Before">What an update takes from the containers that there were, for whoever has to give it back.</param>
internal sealed record StackIntent(IntentKind Kind, int Revision, string Round, ApplyOptions? Options = null, string? Service = null, bool Volumes = false, ImmutableArray<ContainerBefore>? Before = null);

/// <summary>Ports and places on networks of a container as they were when the apply began.</summary>
internal sealed record ContainerBefore(string Id, ImmutableArray<PortSpec> Ports, ImmutableArray<NetworkAttachment>? Networks)
{
    public static ContainerBefore Of(Container container) => new(container.Id.Value, container.Spec.Ports, container.Spec.Networks);

    public Container Over(Container container) => container with { Spec = container.Spec with { Ports = Ports, Networks = Networks } };
}
