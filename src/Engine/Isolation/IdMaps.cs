using System.Collections.Immutable;

namespace Brig.Engine.Isolation;

/// <summary>/proc/PID/uid_map and gid_map (user_namespaces(7)).</summary>
/// <param name="Host">It has the host's users: 0 inside is 0 outside.</param>
public sealed record IdMaps(bool Host, ImmutableArray<IdRange> Users, ImmutableArray<IdRange> Groups);

/// <summary>The ids Inside … Inside + Count - 1 of the container are Outside … of the host.</summary>
public sealed record IdRange(uint Inside, uint Outside, uint Count);
