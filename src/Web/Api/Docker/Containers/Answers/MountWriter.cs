using Brig.Engine.Containers;

namespace Brig.Web.Api.Docker;

/// <summary>A container's mounts as Docker tells them: as they are, and as they were asked for.</summary>
internal static class MountWriter
{
    public static DockerMountPoint[] Points(Container container, ContainerView view) =>
    [
        .. container.Spec.Mounts.Where(mount => mount.Target != MountReader.Shm && !IsTmpfsOption(container, mount)).Select(mount => new DockerMountPoint
        {
            Type = mount.Kind.ToString().ToLowerInvariant(),
            Name = mount.Kind == MountKind.Volume ? mount.Source : null,
            Source = mount.Kind == MountKind.Volume ? view.Volume(mount.Source!)?.Path ?? "" : mount.Source ?? "",
            Destination = mount.Target,
            Driver = mount.Kind == MountKind.Volume ? "local" : null,
            Mode = IsWritten(container, mount) || IsAnonymous(container, mount, view) ? "" : mount.ReadOnly ? "ro" : "",
            Rw = !mount.ReadOnly,
            Propagation = mount.Kind == MountKind.Bind ? "r" + mount.Propagation.ToString().ToLowerInvariant() : "",
        }),
    ];

    public static string[]? Binds(Container container, ContainerView view)
    {
        string[] binds = [.. container.Spec.Mounts.Where(mount => mount.Kind != MountKind.Tmpfs && !IsWritten(container, mount) && !IsAnonymous(container, mount, view)).Select(Bind)];
        return binds.Length == 0 ? null : binds;
    }

    public static DockerMount[]? Written(Container container)
    {
        DockerMount[] mounts = [.. container.Spec.Mounts.Where(mount => IsWritten(container, mount)).Select(Mount)];
        return mounts.Length == 0 ? null : mounts;
    }

    public static Dictionary<string, string?>? Tmpfs(Container container)
    {
        var tmpfs = container.Spec.Mounts.Where(mount => IsTmpfsOption(container, mount)).ToDictionary(mount => mount.Target, TmpfsOptions);
        return tmpfs.Count == 0 ? null : tmpfs;
    }

    /// <summary>Bytes.</summary>
    public static long ShmSize(Container container) => container.Spec.Mounts.FirstOrDefault(mount => mount is { Kind: MountKind.Tmpfs, Target: MountReader.Shm })?.SizeBytes ?? MountReader.UsualShm;

    private static bool IsWritten(Container container, MountSpec mount) => container.Spec.Docker?.Mounts.Contains(mount.Target) == true;

    /// <summary>Tmpfs that <c>--tmpfs</c> made, which Docker tells in the HostConfig only.</summary>
    private static bool IsTmpfsOption(Container container, MountSpec mount) => mount.Kind == MountKind.Tmpfs && mount.Target != MountReader.Shm && !IsWritten(container, mount);

    private static bool IsAnonymous(Container container, MountSpec mount, ContainerView view) =>
        mount.Kind == MountKind.Volume && (container.Spec.Docker?.Volumes.Contains(mount.Target) == true || view.Volume(mount.Source!)?.Anonymous == true);

    private static string Bind(MountSpec mount)
    {
        string[] options =
        [
            .. mount.ReadOnly ? ["ro"] : Array.Empty<string>(),
            .. mount.NoCopy ? ["nocopy"] : Array.Empty<string>(),
            .. mount.Propagation == MountPropagation.Private ? Array.Empty<string>() : ["r" + mount.Propagation.ToString().ToLowerInvariant()],
        ];
        return $"{mount.Source}:{mount.Target}{(options.Length == 0 ? "" : ":" + string.Join(',', options))}";
    }

    private static DockerMount Mount(MountSpec mount) => new()
    {
        Type = mount.Kind.ToString().ToLowerInvariant(),
        Source = mount.Source,
        Target = mount.Target,
        ReadOnly = mount.ReadOnly ? true : null,
        BindOptions = mount is { Propagation: MountPropagation.Private, CreateSource: false, NonRecursive: false } ? null : new()
        {
            Propagation = mount.Propagation == MountPropagation.Private ? null : "r" + mount.Propagation.ToString().ToLowerInvariant(),
            CreateMountpoint = mount.CreateSource ? true : null,
            NonRecursive = mount.NonRecursive ? true : null,
        },
        VolumeOptions = mount is { NoCopy: false, Subpath: null } ? null : new() { NoCopy = mount.NoCopy ? true : null, Subpath = mount.Subpath },
        TmpfsOptions = mount is { SizeBytes: null, Mode: null } ? null : new() { SizeBytes = mount.SizeBytes, Mode = mount.Mode is { } mode ? Convert.ToInt32(mode, 8) : null },
    };

    private static string? TmpfsOptions(MountSpec mount) => string.Join(',', new string?[]
    {
        mount.ReadOnly ? "ro" : null,
        mount.NoExec switch { true => "noexec", false => "exec", _ => null },
        mount.SizeBytes is { } size ? FormattableString.Invariant($"size={size}") : null,
        mount.Mode is { } mode ? "mode=" + mode : null,
        mount.Uid is { } uid ? FormattableString.Invariant($"uid={uid}") : null,
        mount.Gid is { } gid ? FormattableString.Invariant($"gid={gid}") : null,
        mount.Inodes is { } inodes ? FormattableString.Invariant($"nr_inodes={inodes}") : null,
    }.Where(option => option is not null));
}
