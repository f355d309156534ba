using System.Globalization;
using Brig.Engine.Volumes;
using Brig.Linux.Wire;
using Kind = Brig.Linux.Wire.MountKind;

namespace Brig.Engine.Containers;

/// <summary>What is mounted in a container: the standard, its three files of /etc, what was asked.</summary>
internal static class MountPlans
{
    /// <summary>
    /// The kernel mounts proc, sysfs and mqueue in a user namespace only where the namespace they show belongs to it as well;
    /// where it is the host's, the shim mounts them with the host's rights.
    /// </summary>
    /// <param name="shm">What is its /dev/shm on the machine, shared with others; null: it has one of its own.</param>
    public static IEnumerable<MountPlan> Standard(ContainerSpec spec, Belonging belonging, bool hasV2, string? shm = null)
    {
        var asked = spec.Namespaces;
        foreach (var mount in StandardRoot.Mounts)
        {
            if (mount.Target == "/dev/shm" && spec.NoShm)
            {
                continue;
            }
            if (mount.Target == "/proc" && belonging.PidIsHosts)
            {
                yield return mount with { Kind = Kind.HostFileSystem };
            }
            else if (mount.Target == "/sys" && belonging.NetIsHosts)
            {
                yield return mount with { Kind = Kind.HostFileSystem };
            }
            else if (mount.Target == "/sys" && (spec.Privileged || spec.SystemPaths == SystemPaths.Unconfined))
            {
                yield return mount with { Flags = mount.Flags & ~MountFlags.ReadOnly };
            }
            else if (mount.Target == "/dev/shm" && asked.Ipc.Source == NamespaceSource.Host)
            {
                yield return new(Kind.Bind, "/dev/shm", "/dev/shm", Flags: mount.Flags);
            }
            else if (mount.Target == "/dev/shm" && shm is not null)
            {
                yield return new(Kind.Bind, shm, "/dev/shm", Flags: mount.Flags);
            }
            else if (mount.Target == "/dev/mqueue" && !belonging.IpcIsOurs)
            {
                continue;
            }
            else
            {
                yield return mount;
            }
        }
        if (hasV2 && asked.Cgroup.Source == NamespaceSource.New)
        {
            yield return spec.Privileged ? StandardRoot.Cgroup2 with { Flags = StandardRoot.Cgroup2.Flags & ~MountFlags.ReadOnly } : StandardRoot.Cgroup2;
        }
    }

    public static IEnumerable<MountPlan> HostFiles(string folder) =>
        Containers.HostFiles.Names.Select(file => new MountPlan(Kind.Bind, $"{folder}/{file}", "/etc/" + file));

    /// <summary>The files of /etc and what was asked, the less deep first: what is mounted on a directory must not hide what is mounted in it.</summary>
    /// <param name="stacks">BRIG_ROOT/stacks.</param>
    /// <param name="shm">Null: its /dev/shm is its own.</param>
    public static IEnumerable<MountPlan> InOrder(string folder, ContainerSpec spec, VolumeStarts volumes, string stacks, string? shm) =>
        HostFiles(folder).Concat(spec.Mounts.Where(mount => shm is null || !SharedMemory.IsItself(mount)).Select(mount => mount.Kind == MountKind.Volume ? OfVolume(mount, volumes.Place(mount.Source!)) : InStack(Asked(mount), stacks)))
            .OrderBy(mount => mount.Target.Split('/').Count(part => part is not ("" or ".")));

    /// <summary>Its files have the ids of the container's view on the disk, so it is mapped for whoever has ids of its own. Device nodes in it are dead: another container may have made them.</summary>
    private static MountPlan OfVolume(MountSpec mount, (string Path, bool ReadOnly) place) =>
        new(Kind.Bind, place.Path, mount.Target, Flags: (mount.ReadOnly || place.ReadOnly ? MountFlags.ReadOnly : MountFlags.None) | (mount.NoExec == true ? MountFlags.NoExec : MountFlags.None) | MountFlags.NoDev)
        {
            Idmap = true, Subpath = mount.Subpath?.Trim('/'),
        };

    /// <summary>A container that has a stack's folder makes names and links in it: what another one, or its own next start, has from there is looked for in the folder as in a root, and nowhere else.</summary>
    private static MountPlan InStack(MountPlan mount, string stacks) =>
        mount.Kind == Kind.Bind && StackPlace(mount.Source, stacks) is var (root, inside) ? mount with { Source = root, Subpath = inside } : mount;

    /// <summary>Of what lies in a stack's own folder: the folder, and the path in it. Null: it lies elsewhere, or is the folder itself.</summary>
    /// <param name="stacks">BRIG_ROOT/stacks.</param>
    public static (string Root, string Inside)? StackPlace(string source, string stacks) =>
        source.StartsWith(stacks + "/", StringComparison.Ordinal) && source[(stacks.Length + 1)..].Split('/', 3) is [var id, "files", { Length: > 0 } inside] ? ($"{stacks}/{id}/files", inside) : null;

    public static MountPlan Asked(MountSpec mount)
    {
        var flags = (mount.ReadOnly ? MountFlags.ReadOnly : MountFlags.None) | (mount.NoExec ?? mount.Kind == MountKind.Tmpfs ? MountFlags.NoExec : MountFlags.None);
        return mount.Kind == MountKind.Bind
            ? new(Kind.Bind, mount.Source!, mount.Target, Flags: flags, Propagation: (Propagation)mount.Propagation) { Idmap = mount.Idmap, IdmapOptional = mount.IdmapOptional, NonRecursive = mount.NonRecursive }
            : new(Kind.FileSystem, "tmpfs", mount.Target, "tmpfs", flags | MountFlags.NoSuid | MountFlags.NoDev, TmpfsOptions(mount));
    }

    /// <summary>tmpfs(5); the owner's numbers are those inside.</summary>
    private static string TmpfsOptions(MountSpec mount)
    {
        string options = "mode=" + (mount.Mode ?? "1777");
        foreach (var (name, value) in ((string, long?)[])[("size", mount.SizeBytes), ("nr_inodes", mount.Inodes), ("uid", mount.Uid), ("gid", mount.Gid)])
        {
            options += value is null ? "" : string.Create(CultureInfo.InvariantCulture, $",{name}={value}");
        }
        return options;
    }
}
