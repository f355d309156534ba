using System.Collections.Immutable;

namespace Brig.Engine.Isolation;

/// <summary>One mount in a container (proc_pid_mountinfo(5)). Names are the container's: hostile text.</summary>
/// <param name="Point">A path inside.</param>
/// <param name="Root">Which directory of the file system is shown.</param>
/// <param name="Propagation">private, shared, slave … or unbindable.</param>
/// <param name="IdMapped">Its owners are shown through a user namespace's map.</param>
/// <param name="SuperOptions">Of the whole file system; <see cref="Options"/> are of this mount.</param>
public sealed record MountRow(
    int Id, int ParentId, string Point, string Root, string Source, string Type, ImmutableArray<string> Options, ImmutableArray<string> SuperOptions,
    string Propagation, bool IdMapped, bool ReadOnly);
