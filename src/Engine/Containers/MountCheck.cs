using System.Collections.Immutable;
using System.Text.RegularExpressions;
using Brig.Linux;
using Brig.Linux.Trees;

namespace Brig.Engine.Containers;

/// <summary>What can be known to be wrong about the mounts of a spec. One sentence each, the first that is found.</summary>
internal static partial class MountCheck
{
    /// <summary>What tools put their own numbers over (lxcfs), and which tells nothing that guards anything; the list of runc.</summary>
    private static readonly string[] CoverableInProc =
        ["/proc/cpuinfo", "/proc/diskstats", "/proc/loadavg", "/proc/meminfo", "/proc/net/dev", "/proc/slabinfo", "/proc/stat", "/proc/swaps", "/proc/uptime"];

    /// <exception cref="EngineException">Invalid.</exception>
    public static void Check(ContainerSpec spec)
    {
        var targets = new HashSet<string>();
        foreach (var mount in spec.Mounts)
        {
            SpecCheck.InnerPath(mount.Target, "mount target");
            string target = "/" + string.Join('/', mount.Target.Split('/', StringSplitOptions.RemoveEmptyEntries).Where(part => part != "."));
            if (target == "/")
            {
                throw EngineException.Invalid("Nothing can be mounted on /, which is the image itself.");
            }
            if (!targets.Add(target))
            {
                throw EngineException.Invalid($"Two mounts have the target {target}.");
            }
            if ((target == "/proc" || target.StartsWith("/proc/", StringComparison.Ordinal)) && !CoverableInProc.Contains(target))
            {
                throw EngineException.Invalid($"Nothing can be mounted on {target}: what is hidden and read-only in /proc would lie under it. Only {string.Join(", ", CoverableInProc)} can be covered.");
            }
            if (mount.Kind == MountKind.Volume)
            {
                Volume(mount, target);
                continue;
            }
            One(mount, target, spec.Namespaces);
        }
        Sources([.. spec.Mounts.Where(mount => !mount.CreateSource || Path.Exists(mount.Source))], stacks: null);
    }

    /// <summary>Asked again at each start: a source may have gone meanwhile.</summary>
    /// <param name="stacks">BRIG_ROOT/stacks: what is made in a stack's own folder is made in it as in a root.</param>
    /// <exception cref="EngineException">Invalid.</exception>
    public static void Sources(ImmutableArray<MountSpec> mounts, string? stacks)
    {
        foreach (var mount in mounts.Where(mount => mount.Kind == MountKind.Bind))
        {
            if (mount.CreateSource && !Path.Exists(mount.Source))
            {
                MakeSource(mount, stacks);
            }
            if (!Path.Exists(mount.Source))
            {
                throw EngineException.Invalid($"The source \"{Text.Short(mount.Source!)}\" of the mount on {mount.Target} does not exist on this machine.");
            }
            if (mount.Propagation != MountPropagation.Private && PeerGroup.Of(mount.Source) is var group && !group.IsShared && !(group.IsSlave && mount.Propagation == MountPropagation.Slave))
            {
                throw EngineException.Invalid(
                    $"The source \"{Text.Short(mount.Source)}\" of the mount on {mount.Target} is on a mount that this machine keeps private, so nothing can propagate; run mount --make-shared on it, or leave the propagation out.");
            }
        }
    }

    private static void MakeSource(MountSpec mount, string? stacks)
    {
        try
        {
            if (stacks is not null && MountPlans.StackPlace(mount.Source!, stacks) is var (folder, inside))
            {
                Directory.CreateDirectory(folder);
                using var root = GuestRoot.OfFolder(folder);
                GuestFile.MakeDirectories(root, TreePath.Parse(System.Text.Encoding.UTF8.GetBytes("/" + inside)));
                return;
            }
            Directory.CreateDirectory(mount.Source!);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or LinuxException or TreePathException)
        {
            throw EngineException.Invalid($"The source \"{Text.Short(mount.Source!)}\" of the mount on {mount.Target} cannot be made: {e.Message.TrimEnd('.')}.");
        }
    }

    private static void Volume(MountSpec mount, string target)
    {
        if (mount.Source is { } name)
        {
            Volumes.VolumeNames.Check(name);
        }
        if (mount.SizeBytes is not null || mount.Mode is not null || mount.Uid is not null || mount.Gid is not null || mount.Inodes is not null)
        {
            throw EngineException.Invalid($"Size, mode, owner and number of inodes go with a tmpfs only; the mount on {target} is a volume, which has its own.");
        }
        if (mount.Propagation != MountPropagation.Private || mount.Idmap || mount.CreateSource || mount.NonRecursive)
        {
            throw EngineException.Invalid($"Propagation, idmap, nonRecursive and the making of the source go with a bind only; the mount on {target} is a volume, whose owners are the same in every container anyway.");
        }
        if (mount.Subpath is { } subpath && (subpath.Trim('/').Length == 0 || subpath.Split('/').Contains("..") || subpath.Contains('\0', StringComparison.Ordinal) || subpath.Length > 4000))
        {
            throw EngineException.Invalid($"The path \"{Text.Short(subpath)}\" in the volume on {target} must be one below its root, without \"..\".");
        }
    }

    private static void One(MountSpec mount, string target, Namespaces namespaces)
    {
        bool bind = mount.Kind == MountKind.Bind;
        if (bind ? string.IsNullOrEmpty(mount.Source) : mount.Source is not null)
        {
            throw EngineException.Invalid($"The mount on {target} needs {(bind ? "a source" : "no source, being a tmpfs")}.");
        }
        if (bind)
        {
            SpecCheck.InnerPath(mount.Source!, "mount source");
            if (mount.Mode is not null || mount.Uid is not null || mount.Gid is not null || mount.Inodes is not null)
            {
                throw EngineException.Invalid($"Mode, owner and number of inodes go with a tmpfs only; the mount on {target} is a bind, whose files have their own.");
            }
        }
        else if (mount.Propagation != MountPropagation.Private || mount.NonRecursive)
        {
            throw EngineException.Invalid($"Propagation and nonRecursive go with a bind only; the mount on {target} is a tmpfs, which the host never sees.");
        }
        if (mount.NoCopy || mount.Subpath is not null || (mount.CreateSource && !bind))
        {
            throw EngineException.Invalid($"The mount on {target} is no volume: leave out noCopy and subpath{(bind ? "" : ", and createSource, which goes with a bind")}.");
        }
        if (mount.IdmapOptional && !mount.Idmap)
        {
            throw EngineException.Invalid($"The mount on {target} has idmapOptional without idmap; set both, or none.");
        }
        if (mount.Idmap && !bind)
        {
            throw EngineException.Invalid($"The mount on {target} is a tmpfs, which has the container's ids anyway; leave out idmap.");
        }
        if (mount.Propagation == MountPropagation.Shared && namespaces.User.Source != NamespaceSource.Host)
        {
            throw EngineException.Invalid($"What a container with users of its own mounts below {target} must not appear on the host; use slave, or the host's user namespace.");
        }
        if (mount.SizeBytes is <= 0 || (mount.SizeBytes is not null && bind))
        {
            throw EngineException.Invalid($"The size of the mount on {target} must be above zero, and goes with a tmpfs only.");
        }
        if (mount.Inodes is <= 0)
        {
            throw EngineException.Invalid($"The number of inodes of the mount on {target} must be above zero.");
        }
        if (mount.Mode is { } mode && !ModeRule().IsMatch(mode))
        {
            throw EngineException.Invalid($"\"{Text.Short(mode)}\" is no mode for the mount on {target}; write octal digits, as 1777.");
        }
    }

    [GeneratedRegex(@"\A0?[0-7]{3,4}\z", RegexOptions.CultureInvariant)]
    private static partial Regex ModeRule();
}
