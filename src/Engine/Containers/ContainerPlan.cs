using Brig.Linux.Cgroups;
using Brig.Linux.Wire;

namespace Brig.Engine.Containers;

/// <summary>What follows from the spec at a start: the second of the three types. Every path, number and default resolved.</summary>
/// <param name="Folder">BRIG_ROOT/containers/ID.</param>
/// <param name="RunFolder">BRIG_RUN/shims/ID.</param>
/// <param name="Cgroup">Relative, the same below every hierarchy.</param>
/// <param name="Processes">Where its processes are: there, or of a sandbox one below.</param>
/// <param name="Hostname">Null: not its own.</param>
internal sealed record ContainerPlan(ContainerId Id, string Folder, string RunFolder, string Cgroup, string Processes, CgroupLimits Limits, string? Hostname, LaunchPlan Launch);
