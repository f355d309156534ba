using System.Collections.Immutable;
using Brig.Engine.Containers;

namespace Brig.Engine.Isolation;

/// <summary>Every wall around one container.</summary>
/// <param name="Running">True: read from the kernel just now. False: what is asked for the next start.</param>
/// <param name="InsideMissing">Why the inside could not be read, as a sentence; null when it was, or when it does not run.</param>
/// <param name="Devices">What may be opened, as the kernel holds it; everything when <see cref="Privileged"/>.</param>
/// <param name="Pending">A proposal that takes effect at the next start; null: none.</param>
public sealed record IsolationReport(
    ContainerId Id, string Name, bool Running, bool Privileged, string? InsideMissing, ImmutableArray<WallReport> Walls,
    ImmutableArray<ProcessPrivileges> Processes, IdMaps Ids, ImmutableArray<MountRow> Mounts, ImmutableArray<DeviceRow> Devices,
    ImmutableArray<SysctlRow> Sysctls, PendingPrivilege? Pending);

/// <summary>One wall.</summary>
/// <param name="Key">
/// <c>user pid net mnt ipc uts cgroup time</c> (the namespaces), <c>root paths capabilities noNewPrivileges seccomp devices pids memory cpu rlimits sysctls label oomScore network</c>;
/// what it stops is the page's text of this key.
/// </param>
/// <param name="SharedWith">Names of other containers behind the same wall, and <c>host</c>.</param>
/// <param name="Facts">What the kernel says, inside and outside.</param>
/// <param name="BirthSteps">Indices into <see cref="BirthRecord.Steps"/> of the last start that built it.</param>
public sealed record WallReport(
    string Key, WallState State, ImmutableArray<string> SharedWith, ImmutableArray<WallFact> Facts, WallDifference Difference, ImmutableArray<int> BirthSteps);

public enum WallState
{
    /// <summary>It stands (or, when the container does not run, is asked for).</summary>
    Up,
    /// <summary>It stands around this container and others.</summary>
    Shared,
    /// <summary>There is none.</summary>
    Down,
    /// <summary>This kernel cannot build it.</summary>
    Unavailable,
}

/// <summary>One thing the kernel says.</summary>
/// <param name="Key">What is told: <c>inode, map, bounding, effective, mode, filters, instructions, max, current, label, score, interface …</c>, or a path or a setting's name.</param>
/// <param name="Inside">As the container sees it; null: it cannot see it.</param>
/// <param name="Outside">As the host sees it, or the host's own; null: not read.</param>
public sealed record WallFact(string Key, string? Inside, string? Outside);

/// <summary>Against what Brig builds when nobody asks for anything.</summary>
/// <param name="More">What this container has beyond the default: capabilities, open paths, devices, allowed calls.</param>
/// <param name="Less">What the default gives and this container lacks.</param>
public sealed record WallDifference(WallStrength Strength, ImmutableArray<string> More, ImmutableArray<string> Less)
{
    public static readonly WallDifference None = new(WallStrength.Default, [], []);
}

/// <summary>Different: neither only stronger nor only weaker.</summary>
public enum WallStrength { Default, Stronger, Weaker, Different }
