using Brig.Linux.Wire;
using Kind = Brig.Linux.Wire.MountKind;

namespace Brig.Engine.Containers;

/// <summary>What is mounted in a container: the standard, its three files of /etc, what was asked.</summary>
internal static class MountPlans
{
    /// <summary>
    /// The kernel mounts proc, sysfs and mqueue in a user namespace only where the namespace they show belongs to it as well;
    /// where it is the host's, the host's mount is bound in its place.
    /// </summary>
    public static IEnumerable<MountPlan> Standard(ContainerSpec spec, bool hasV2)
    {
        var asked = spec.Namespaces;
        bool ownUsers = asked.User.Source == NamespaceSource.New;
        foreach (var mount in StandardRoot.Mounts)
        {
            if (mount.Target == "/proc" && ownUsers && asked.Pid.Source != NamespaceSource.New)
            {
                yield return new(Kind.Bind, "/proc", "/proc");
            }
            else if (mount.Target == "/sys" && ownUsers && asked.Net.Source != NamespaceSource.New)
            {
                yield return new(Kind.Bind, "/sys", "/sys", Flags: mount.Flags);
            }
            else if (mount.Target == "/sys" && spec.Privileged)
            {
                yield return mount with { Flags = mount.Flags & ~MountFlags.ReadOnly };
            }
            else if (mount.Target == "/dev/shm" && asked.Ipc.Source == NamespaceSource.Host)
            {
                yield return new(Kind.Bind, "/dev/shm", "/dev/shm", Flags: mount.Flags);
            }
            else if (mount.Target == "/dev/mqueue" && ownUsers && asked.Ipc.Source != NamespaceSource.New)
            {
                continue;
            }
            else
            {
                yield return mount;
            }
        }
        bool cgroupMountable = asked.Cgroup.Source == NamespaceSource.New && !(ownUsers && asked.Net.Source != NamespaceSource.New);
        if (hasV2 && cgroupMountable)
        {
            yield return spec.Privileged ? StandardRoot.Cgroup2 with { Flags = StandardRoot.Cgroup2.Flags & ~MountFlags.ReadOnly } : StandardRoot.Cgroup2;
        }
    }

    public static IEnumerable<MountPlan> HostFiles(string folder) =>
        ((string[])["hosts", "hostname", "resolv.conf"]).Select(file => new MountPlan(Kind.Bind, $"{folder}/{file}", "/etc/" + file));

    public static MountPlan Asked(MountSpec mount) => mount.Kind == MountKind.Bind
        ? new(Kind.Bind, mount.Source!, mount.Target, Flags: mount.ReadOnly ? MountFlags.ReadOnly : MountFlags.None)
        : new(Kind.FileSystem, "tmpfs", mount.Target, "tmpfs",
            MountFlags.NoSuid | MountFlags.NoDev | (mount.ReadOnly ? MountFlags.ReadOnly : MountFlags.None),
            "mode=1777" + (mount.SizeBytes is { } size ? $",size={size}" : ""));
}
