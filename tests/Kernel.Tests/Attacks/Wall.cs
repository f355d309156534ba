using Brig.Engine.Containers;

namespace Brig.Kernel.Tests.Attacks;

/// <summary>One thing that holds a container in, and how somebody takes it down who wants to.</summary>
/// <param name="Name">As docs/isolation.md says it.</param>
/// <param name="Lower">The specification without it; what an attack needs beyond that (a capability, a device) it says itself.</param>
internal sealed record Wall(string Name, Func<ContainerSpec, Attack, ContainerSpec> Lower)
{
    public static readonly Wall UserNamespace = new("user namespace", (spec, _) => spec with { Namespaces = spec.Namespaces with { User = NamespaceSpec.Host } });
    public static readonly Wall Seccomp = new("seccomp", (spec, _) => spec with { Seccomp = new(SeccompChoice.Unconfined) });
    public static readonly Wall Capabilities = new("capabilities", (spec, attack) => spec with { CapAdd = [.. spec.CapAdd, .. attack.Capabilities] });
    public static readonly Wall NoNewPrivileges = new("no new privileges", (spec, _) => spec with { NoNewPrivileges = false });
    public static readonly Wall SystemPaths = new("masked and read-only paths", (spec, _) => spec with { SystemPaths = Brig.Engine.Containers.SystemPaths.Unconfined });
    public static readonly Wall Devices = new("device list", (spec, attack) => spec with { Devices = [.. spec.Devices, new(attack.HostFile)] });
    public static readonly Wall PidNamespace = new("pid namespace", (spec, _) => spec with { Namespaces = spec.Namespaces with { Pid = NamespaceSpec.Host } });
    public static readonly Wall NetNamespace = new("network namespace", (spec, _) => spec with { Namespaces = spec.Namespaces with { Net = NamespaceSpec.Host } });
    public static readonly Wall IpcNamespace = new("ipc namespace", (spec, _) => spec with { Namespaces = spec.Namespaces with { Ipc = NamespaceSpec.Host } });

    /// <summary>What lies elsewhere has no name in it unless it is mounted in.</summary>
    public static readonly Wall OwnRoot = new("a root of its own", (spec, attack) => spec with { Mounts = [.. spec.Mounts, new(MountKind.Bind, attack.HostFile, attack.HostFile)] });
    public static readonly Wall MemoryLimit = new("memory limit", (spec, _) => spec with { Limits = spec.Limits with { Memory = null, Swap = null } });
    public static readonly Wall ShmSize = new("size of the tmpfs", (spec, _) => spec with { Mounts = [.. spec.Mounts, new(MountKind.Tmpfs, null, "/dev/shm", SizeBytes: 128 << 20)] });
    public static readonly Wall ShmInodes = new("number of files in the tmpfs", (spec, _) => spec with { Mounts = [.. spec.Mounts, new(MountKind.Tmpfs, null, "/dev/shm", SizeBytes: 128 << 20) { Inodes = 100_000 }] });
    public static readonly Wall ProcessLimit = new("limit of processes", (spec, _) => spec with { Limits = spec.Limits with { Pids = 8192 } });
    public static readonly Wall Rlimits = new("resource limits", (spec, _) => spec with { Rlimits = [.. spec.Rlimits, new("core", 1 << 20, 1 << 20)] });

    public override string ToString() => Name;
}
