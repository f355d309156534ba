using System.Collections.Immutable;
using Brig.Engine.Containers;
using Brig.Engine.Health;
using Brig.Engine.Networks;

namespace Brig.Engine.Stacks;

/// <summary>Containers that belong together, and the files that say how.</summary>
/// <param name="Id">12 hex digits; of a project that another tool made: its name.</param>
/// <param name="Name">Lower case letters, digits, <c>-</c> and <c>_</c>: its containers are called <c>name-service-1</c>.</param>
/// <param name="Folder">Of the machine, which its files lie in; null: Brig keeps them.</param>
/// <param name="Files">The Compose files, merged in this order.</param>
/// <param name="Profiles">Those that are chosen.</param>
/// <param name="Revision">The one that was applied last and is not rolled back; 0: none.</param>
/// <param name="Managed">False: only its containers are known, by their labels, and nothing can be planned.</param>
/// <param name="Services">By name: those of the revision, and those that containers belong to.</param>
public sealed record Stack(
    string Id,
    string Name,
    string? Folder,
    ImmutableArray<string> Files,
    ImmutableArray<string> Profiles,
    int Revision,
    bool Managed,
    ImmutableArray<StackService> Services,
    DateTimeOffset CreatedAt)
{
    /// <summary>The task that works on it now; null: none.</summary>
    public string? TaskId { get; init; }

    /// <summary>Why the last thing that was done to it failed; null: it did not.</summary>
    public string? Trouble { get; init; }

    /// <summary>Of its containers, networks and volumes; the value is its name.</summary>
    public const string Label = "com.docker.compose.project";

    public int Wanted => Services.Sum(service => service.Wanted);
    public int Running => Services.Sum(service => service.Containers.Count(container => container.Status == ContainerStatus.Running));
}

/// <param name="Wanted">How many containers it shall have.</param>
/// <param name="DependsOn">For a drawing.</param>
public sealed record StackService(string Name, string Image, int Wanted, ImmutableArray<StackDependency> DependsOn, ImmutableArray<StackContainer> Containers);

/// <param name="Condition">started, healthy or completed.</param>
/// <param name="Required">False: without it the service starts all the same.</param>
public sealed record StackDependency(string Service, Compose.DependencyCondition Condition, bool Required = true);

/// <param name="Health">Null: it has no check, or does not run.</param>
public sealed record StackContainer(string Id, string Name, int Number, ContainerStatus Status, HealthStatus? Health, ImmutableArray<PublishedPort> Ports);

/// <summary>One change: the stack as it is now, or gone.</summary>
public sealed record StackChange(string Id, Stack? Stack);

public enum RevisionState { Applying, Applied, Failed, RolledBack }

/// <summary>What was applied once; it can be applied again.</summary>
/// <param name="Number">From 1.</param>
/// <param name="Note">How it came about: apply, update web, scale web to 3, rollback to 2.</param>
/// <param name="Plan">As it was shown.</param>
/// <param name="Error">Why it failed.</param>
public sealed record StackRevision(int Number, DateTimeOffset At, string Note, RevisionState State, ImmutableArray<string> Files, StackPlan Plan, string? Error);

/// <param name="Path">Relative to the stack's folder.</param>
public sealed record StackFile(string Path, long Bytes, DateTimeOffset ChangedAt);

/// <summary>What is asked of a new stack.</summary>
/// <param name="Name">Null: the Compose file's <c>name</c>.</param>
public sealed record StackRequest(string? Name = null)
{
    /// <summary>Texts by their paths: the Compose file, .env and the like.</summary>
    public ImmutableDictionary<string, string> Texts { get; init; } = ImmutableDictionary<string, string>.Empty;

    /// <summary>An absolute folder of this machine that holds the files; then <see cref="Texts"/> is empty.</summary>
    public string? Folder { get; init; }

    /// <summary>The Compose files, merged in this order; empty: compose.yaml and the like, by their usual names.</summary>
    public ImmutableArray<string> Files { get; init; } = [];
    public ImmutableArray<string> Profiles { get; init; } = [];

    /// <summary>Win over .env. Kept encrypted and never told.</summary>
    public ImmutableDictionary<string, string> Variables { get; init; } = ImmutableDictionary<string, string>.Empty;

    /// <summary>A project of this name that another tool made becomes this stack's: what its files ask for otherwise is made anew when it is applied. Else its name is taken.</summary>
    public bool TakeOver { get; init; }
}

/// <summary>What an editor holds, to be looked at before it is kept. Null is as it is kept.</summary>
public sealed record StackDraft
{
    public ImmutableDictionary<string, string> Texts { get; init; } = ImmutableDictionary<string, string>.Empty;
    public ImmutableArray<string>? Files { get; init; }
    public ImmutableArray<string>? Profiles { get; init; }
    public ImmutableDictionary<string, string>? Variables { get; init; }
}

/// <param name="Services">Null: all.</param>
/// <param name="Anew">Containers are made anew also where nothing changes.</param>
/// <param name="Pull">Images are asked for again first.</param>
/// <param name="KeepOrphans">What is of the stack and not in its files stays.</param>
public sealed record ApplyOptions(ImmutableArray<string>? Services = null, bool Anew = false, bool Pull = false, bool KeepOrphans = false);

/// <param name="Good">Nothing is an error.</param>
/// <param name="Services">Names; as far as they could be read.</param>
public sealed record StackCheck(bool Good, string? Name, ImmutableArray<string> Services, ImmutableArray<StackFinding> Findings);

/// <param name="Container">Its name.</param>
public sealed record StackLogLine(string Service, string Container, long Nanoseconds, bool IsError, string Text);

/// <param name="Key">For the address.</param>
/// <param name="Words">One sentence.</param>
public sealed record StackTemplate(string Key, string Title, string Words, ImmutableDictionary<string, string> Texts);
