using System.Collections.Immutable;
using System.Globalization;
using Brig.Engine;
using Brig.Engine.Containers;

namespace Brig.Web.Api.Docker;

/// <summary>Binds, Mounts, Tmpfs, Volumes, VolumesFrom and ShmSize as the engine's mounts.</summary>
internal static class MountReader
{
    public const string Shm = "/dev/shm";

    /// <summary>Bytes.</summary>
    public const long UsualShm = 64 << 20;

    /// <exception cref="EngineException">Invalid.</exception>
    public static ContainerSpec Read(ContainerSpec spec, DockerCreate asked, DockerHostConfig host)
    {
        var mounts = new List<MountSpec>();
        mounts.AddRange((host.Binds ?? []).Select(Bind));
        MountSpec[] written = [.. (host.Mounts ?? []).Select(Mount)];
        mounts.AddRange(written);
        mounts.AddRange((host.Tmpfs ?? []).Select(pair => TmpfsOptions(pair.Key, pair.Value ?? "")));
        string[] anonymous = [.. (asked.Volumes?.Keys ?? Enumerable.Empty<string>()).Where(target => !mounts.Exists(mount => Same(mount.Target, target)))];
        mounts.AddRange(anonymous.Select(target => new MountSpec(MountKind.Volume, null, target)));
        if (host.ShmSize is > 0 and not UsualShm and { } size && spec.Namespaces.Ipc.Source == NamespaceSource.New && !mounts.Exists(mount => Same(mount.Target, Shm)))
        {
            mounts.Add(new(MountKind.Tmpfs, null, Shm, false, size) { Mode = "1777" });
        }
        return spec with
        {
            Mounts = [.. mounts],
            VolumesFrom = [.. host.VolumesFrom ?? []],
            Docker = spec.Docker! with { Mounts = [.. written.Select(mount => mount.Target)], Volumes = [.. anonymous] },
        };
    }

    private static bool Same(string one, string other) => one.TrimEnd('/') == other.TrimEnd('/');

    /// <summary><c>source:target[:options]</c>, <c>target</c> alone for an anonymous volume.</summary>
    private static MountSpec Bind(string text)
    {
        string[] parts = text.Split(':');
        if (parts.Length > 3 || parts.Any(part => part.Length == 0))
        {
            throw EngineException.Invalid($"invalid volume specification: '{text}'");
        }
        if (parts is [var only])
        {
            return new(MountKind.Volume, null, only);
        }
        bool isPath = parts[0].StartsWith('/');
        // A folder of the machine has its owners inside too, as with Docker: who may use this API may do as much anyway.
        var mount = isPath ? new MountSpec(MountKind.Bind, Clean(parts[0]), parts[1]) { CreateSource = true, Idmap = true, IdmapOptional = true } : new MountSpec(MountKind.Volume, parts[0], parts[1]);
        foreach (string option in parts.Length == 3 ? parts[2].Split(',') : [])
        {
            mount = option switch
            {
                "ro" => mount with { ReadOnly = true },
                "rw" or "z" or "Z" or "cached" or "delegated" or "consistent" or "" => mount,
                "nocopy" when !isPath => mount with { NoCopy = true },
                _ when isPath && Propagation(option) is { } propagation => mount with { Propagation = propagation },
                _ => throw EngineException.Invalid($"invalid mode: {parts[2]}"),
            };
        }
        return mount;
    }

    /// <summary>Without <c>.</c> and <c>..</c>, by its text alone, as Docker does it.</summary>
    private static string Clean(string path) => !path.StartsWith('/') || path.Contains('\0', StringComparison.Ordinal) ? path : Path.GetFullPath(path) is { Length: > 1 } full ? full.TrimEnd('/') : "/";

    private static MountPropagation? Propagation(string? word) => word switch
    {
        "private" or "rprivate" => MountPropagation.Private,
        "slave" or "rslave" => MountPropagation.Slave,
        "shared" or "rshared" => MountPropagation.Shared,
        _ => null,
    };

    private static MountSpec Mount(DockerMount asked)
    {
        string target = asked.Target ?? "";
        if (target.Length == 0)
        {
            throw Wrong(asked, "field Target must not be empty");
        }
        switch (asked.Type)
        {
            case "bind":
                Options(asked, bind: true);
                if (string.IsNullOrEmpty(asked.Source))
                {
                    throw Wrong(asked, "field Source must not be empty");
                }
                if (asked.BindOptions?.CreateMountpoint != true && !Path.Exists(asked.Source))
                {
                    throw Wrong(asked, $"bind source path does not exist: {asked.Source}");
                }
                if (asked.BindOptions?.ReadOnlyNonRecursive == true)
                {
                    throw Wrong(asked, "a read-only bind of Brig's is read-only with everything mounted below it; leave ReadOnlyNonRecursive out, or bind without what is mounted below (NonRecursive)");
                }
                return new(MountKind.Bind, Clean(asked.Source), target, asked.ReadOnly == true)
                {
                    NonRecursive = asked.BindOptions?.NonRecursive == true,
                    Idmap = true,
                    IdmapOptional = true,
                    CreateSource = asked.BindOptions?.CreateMountpoint == true,
                    Propagation = asked.BindOptions?.Propagation is { Length: > 0 } word ? Propagation(word) ?? throw Wrong(asked, $"invalid propagation mode: {word}") : MountPropagation.Private,
                };
            case "volume":
                Options(asked, volume: true);
                return new(MountKind.Volume, SpecReader.Some(asked.Source), target, asked.ReadOnly == true)
                {
                    NoCopy = asked.VolumeOptions?.NoCopy == true,
                    Subpath = SpecReader.Some(asked.VolumeOptions?.Subpath),
                };
            case "tmpfs":
                Options(asked, tmpfs: true);
                if (!string.IsNullOrEmpty(asked.Source))
                {
                    throw Wrong(asked, "field Source must not be specified");
                }
                return (asked.TmpfsOptions?.Options ?? []).Aggregate(
                    new MountSpec(MountKind.Tmpfs, null, target, asked.ReadOnly == true, asked.TmpfsOptions?.SizeBytes is > 0 and { } size ? size : null)
                    {
                        Mode = asked.TmpfsOptions?.Mode is > 0 and { } mode ? Convert.ToString(mode, 8).PadLeft(4, '0') : null,
                    },
                    (mount, option) => TmpfsOption(mount, string.Join('=', option)));
            default:
                throw EngineException.Invalid($"mount type unknown: \"{asked.Type}\"");
        }
    }

    private static void Options(DockerMount asked, bool bind = false, bool volume = false, bool tmpfs = false)
    {
        if ((asked.BindOptions is not null && !bind) || (asked.VolumeOptions is not null && !volume) || (asked.TmpfsOptions is not null && !tmpfs))
        {
            throw Wrong(asked, $"field {(asked.BindOptions is not null && !bind ? "BindOptions" : asked.VolumeOptions is not null && !volume ? "VolumeOptions" : "TmpfsOptions")} must not be specified");
        }
        if (asked.VolumeOptions?.DriverConfig?.Name is not (null or "" or "local"))
        {
            throw EngineException.Invalid($"error looking up volume plugin {asked.VolumeOptions.DriverConfig.Name}: plugin \"{asked.VolumeOptions.DriverConfig.Name}\" not found");
        }
    }

    private static EngineException Wrong(DockerMount mount, string why) => EngineException.Invalid($"invalid mount config for type \"{mount.Type}\": {why}");

    private static MountSpec TmpfsOptions(string target, string options) =>
        options.Split(',', StringSplitOptions.RemoveEmptyEntries).Aggregate(new MountSpec(MountKind.Tmpfs, null, target), TmpfsOption);

    private static MountSpec TmpfsOption(MountSpec mount, string option)
    {
        string[] pair = option.Split('=', 2);
        return pair switch
        {
            ["ro"] => mount with { ReadOnly = true },
            ["exec"] => mount with { NoExec = false },
            ["noexec"] => mount with { NoExec = true },
            ["rw" or "nosuid" or "nodev" or "noatime" or "relatime" or "nodiratime" or "sync" or "async" or "dirsync" or "atime" or "strictatime" or "private" or "rprivate" or "mpol" or "huge" or "defaults", ..] => mount,
            ["size", var size] => mount with { SizeBytes = Size(size) },
            ["mode", var mode] => mount with { Mode = mode },
            ["uid", var uid] when uint.TryParse(uid, NumberStyles.None, CultureInfo.InvariantCulture, out uint user) => mount with { Uid = user },
            ["gid", var gid] when uint.TryParse(gid, NumberStyles.None, CultureInfo.InvariantCulture, out uint group) => mount with { Gid = group },
            ["nr_inodes", var inodes] => mount with { Inodes = Size(inodes) },
            _ => throw EngineException.Invalid($"invalid tmpfs option [\"{option}\"]"),
        };
    }

    /// <summary>As tmpfs(5) takes it: a number, perhaps with k, m or g.</summary>
    private static long Size(string text)
    {
        int shift = text.Length == 0 ? 0 : char.ToLowerInvariant(text[^1]) switch { 'k' => 10, 'm' => 20, 'g' => 30, _ => 0 };
        return long.TryParse(shift == 0 ? text : text[..^1], NumberStyles.None, CultureInfo.InvariantCulture, out long number) && number <= long.MaxValue >> shift
            ? number << shift : throw EngineException.Invalid($"invalid tmpfs option [\"size={text}\"]");
    }
}
