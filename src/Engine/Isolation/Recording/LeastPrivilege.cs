using System.Collections.Immutable;

namespace Brig.Engine.Isolation;

/// <summary>The smallest rights under which what was seen works again.</summary>
/// <param name="SeccompProfile">Docker's JSON format: everything refused but these calls.</param>
/// <param name="CallsSeen">Names it allows because they were seen.</param>
/// <param name="CallsOfLaunch">Names it allows because the start of a container makes them after the filter is there.</param>
/// <param name="CallsNeverUsed">Allowed by today's profile, never seen.</param>
/// <param name="CallsRefusedToday">Seen, though today's profile would refuse them: the container ran without it.</param>
/// <param name="CapDrop">For the spec.</param>
/// <param name="CapAdd">For the spec.</param>
/// <param name="CapabilitiesNeverUsed">Given today, never used.</param>
/// <param name="Recording">What it rests on.</param>
public sealed record LeastPrivilege(
    string SeccompProfile, ImmutableArray<string> CallsSeen, ImmutableArray<string> CallsOfLaunch, ImmutableArray<string> CallsNeverUsed, ImmutableArray<string> CallsRefusedToday,
    ImmutableArray<string> CapDrop, ImmutableArray<string> CapAdd, ImmutableArray<string> CapabilitiesNeverUsed, Recording Recording);

/// <summary>A proposal that was applied and waits for the next start.</summary>
public sealed record PendingPrivilege(DateTimeOffset AppliedAt, string SeccompProfile, ImmutableArray<string> CapDrop, ImmutableArray<string> CapAdd);
