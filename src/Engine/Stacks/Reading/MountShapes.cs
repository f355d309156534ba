using System.Collections.Immutable;
using Brig.Engine.Containers;
using Brig.Engine.Stacks.Compose;
using Brig.Engine.Stacks.Yaml;

namespace Brig.Engine.Stacks.Reading;

/// <summary>Volumes: <c>[SOURCE:]TARGET[:MODE]</c>, or a mapping; and tmpfs.</summary>
internal static class MountShapes
{
    private static readonly Table<ServiceMount> BindOptions = new Table<ServiceMount>("bind", "a bind's options", Empty)
        .Add("propagation", Scalars.Word(
            ("private", MountPropagation.Private), ("rprivate", MountPropagation.Private), ("slave", MountPropagation.Slave), ("rslave", MountPropagation.Slave),
            ("shared", MountPropagation.Shared), ("rshared", MountPropagation.Shared)), (mount, value) => mount with { Propagation = value })
        .Add("create_host_path", Scalars.Bool, (mount, value) => mount with { CreateHostPath = value }, "Make the folder when it is not there.")
        .Unused("selinux", "Brig does not relabel files.")
        .Refuse("recursive", "a bind always has what is mounted below it.");

    private static readonly Table<ServiceMount> VolumeOptions = new Table<ServiceMount>("volumeOptions", "a volume's options", Empty)
        .Add("nocopy", Scalars.Bool, (mount, value) => mount with { NoCopy = value }, "Do not copy what the image has there into the volume at its first use.")
        .Add("subpath", Scalars.Text, (mount, value) => mount with { Subpath = value }, "A folder in the volume in place of the whole.")
        .Refuse("labels", "a volume of one container has none; give them in the stack's volumes.");

    private static readonly Table<ServiceMount> TmpfsOptions = new Table<ServiceMount>("tmpfsOptions", "a tmpfs' options", Empty)
        .Add("size", Scalars.Bytes, (mount, value) => mount with { SizeBytes = value }, "Bytes at most.")
        .Add("mode", Scalars.Mode, (mount, value) => mount with { Mode = value }, "Octal permissions of its root.");

    private static readonly Table<ServiceMount> LongForm = new Table<ServiceMount>("mount", "a mount", node => Empty(node) with { CreateHostPath = true })
        .Require("type", "target")
        .Add("type", Scalars.Word(("volume", ServiceMountKind.Volume), ("bind", ServiceMountKind.Bind), ("tmpfs", ServiceMountKind.Tmpfs)), (mount, value) => mount with { Kind = value })
        .Add("source", Scalars.Text.To((value, node, _) => (true, (value, node))), (mount, value) => mount with { Source = value.value, Place = value.node.Place }, "A volume's name, or a path for a bind.")
        .Add("target", Scalars.Text, (mount, value) => mount with { Target = value }, "An absolute path inside.")
        .Add("read_only", Scalars.Bool, (mount, value) => mount with { ReadOnly = value })
        .Add("bind", BindOptions, (mount, value) => mount with { Propagation = value.Propagation, CreateHostPath = value.CreateHostPath })
        .Add("volume", VolumeOptions, (mount, value) => mount with { NoCopy = value.NoCopy, Subpath = value.Subpath })
        .Add("tmpfs", TmpfsOptions, (mount, value) => mount with { SizeBytes = value.SizeBytes, Mode = value.Mode })
        .Unused("consistency", "files are the same on both sides at once.");

    public static readonly Shape<ImmutableArray<ServiceMount>> All = Shapes.ListOf(Shapes.OneOf(scalar: Scalars.Text.To(FromShort), map: LongForm.To(Checked)));

    public static readonly Shape<ImmutableArray<ServiceMount>> Tmpfs = Shapes.OneOrMore(Scalars.Text.To(FromTmpfs));

    /// <summary>Of a path in that file: a leading dot is the file's own folder. What is no path is returned as it is.</summary>
    public static string Resolve(YamlNode at, string path) =>
        path.StartsWith('/') || at.File.Folder.Length == 0 ? path : $"{at.File.Folder}/{path}";

    private static ServiceMount Empty(YamlNode node) => new(ServiceMountKind.Volume, null, "", false, node.Place);

    private static (bool Good, ServiceMount Value) FromShort(string text, YamlNode node, ReadingContext context)
    {
        string[] parts = text.Split(':');
        var mount = Empty(node) with { Target = parts.Length == 1 ? parts[0] : parts[1] };
        if (parts.Length > 3 || parts.Any(part => part.Length == 0))
        {
            context.Error(node, $"\"{Text.Short(text)}\" is no volume; write it as data:/data, ./site:/site:ro or /data.");
            return (false, mount);
        }
        if (parts.Length > 1)
        {
            mount = mount with { Source = parts[0], CreateHostPath = true, Kind = parts[0][0] is '.' or '/' or '~' ? ServiceMountKind.Bind : ServiceMountKind.Volume };
        }
        foreach (string option in parts.Length == 3 ? parts[2].Split(',') : [])
        {
            switch (option)
            {
                case "ro" or "rw":
                    mount = mount with { ReadOnly = option == "ro" };
                    break;
                case "nocopy":
                    mount = mount with { NoCopy = true };
                    break;
                case "private" or "rprivate" or "slave" or "rslave" or "shared" or "rshared":
                    mount = mount with { Propagation = option.TrimStart('r') switch { "slave" => MountPropagation.Slave, "shared" => MountPropagation.Shared, _ => MountPropagation.Private } };
                    break;
                case "noexec":
                    mount = mount with { NoExec = true };
                    break;
                case "z" or "Z":
                    context.Warning(node, $"\"{option}\" has no effect here: Brig does not relabel files for SELinux.");
                    break;
                case "cached" or "delegated" or "consistent":
                    context.Warning(node, $"\"{option}\" has no effect here: files are the same on both sides at once.");
                    break;
                default:
                    context.Error(node, $"\"{Text.Short(option)}\" is not supported as an option of a volume; there are ro, rw, nocopy, noexec, private, slave and shared.");
                    return (false, mount);
            }
        }
        return Checked(mount, node, context);
    }

    private static (bool Good, ServiceMount Value) Checked(ServiceMount mount, YamlNode node, ReadingContext context)
    {
        if (mount.Target.Length == 0)
        {
            return (false, mount);      // told already
        }
        if (!mount.Target.StartsWith('/'))
        {
            context.Error(node, $"\"{Text.Short(mount.Target)}\" is no absolute path inside; it begins with /.");
            return (false, mount);
        }
        if (mount.Kind == ServiceMountKind.Bind && mount.Source is null)
        {
            context.Error(node, $"The bind on {mount.Target} needs a source.");
            return (false, mount);
        }
        if (mount.Kind == ServiceMountKind.Tmpfs && mount.Source is not null)
        {
            context.Error(node, $"The tmpfs on {mount.Target} has no source; leave it out.");
            return (false, mount);
        }
        if (mount.Source?.StartsWith('~') == true)
        {
            context.Error(node, $"\"{Text.Short(mount.Source)}\" begins with ~, and Brig has no home; write the whole path.");
            return (false, mount);
        }
        mount = mount with { Target = mount.Target.TrimEnd('/') is { Length: > 0 } target ? target : "/" };
        return (true, mount.Kind == ServiceMountKind.Bind ? mount with { Source = Resolve(node, mount.Source!) } : mount);
    }

    private static (bool Good, ServiceMount Value) FromTmpfs(string text, YamlNode node, ReadingContext context)
    {
        int colon = text.IndexOf(':', StringComparison.Ordinal);
        var mount = Empty(node) with { Kind = ServiceMountKind.Tmpfs, Target = colon < 0 ? text : text[..colon] };
        foreach (string option in colon < 0 ? [] : text[(colon + 1)..].Split(','))
        {
            string[] pair = option.Split('=', 2);
            uint number = 0;
            long bytes = 0;
            bool good = pair switch
            {
                ["ro"] or ["rw"] or ["noexec"] or ["exec"] or ["nosuid"] or ["nodev"] => true,
                ["size", _] => Scalars.TryBytes(pair[1], out bytes),
                ["mode", _] => pair[1].Length is 3 or 4 && pair[1].All(c => c is >= '0' and <= '7'),
                ["uid" or "gid", _] => uint.TryParse(pair[1], out number),
                _ => false,
            };
            if (!good)
            {
                context.Error(node, $"\"{Text.Short(option)}\" is not supported as an option of a tmpfs; there are size, mode, uid, gid, ro, noexec and exec.");
                return (false, mount);
            }
            mount = pair[0] switch
            {
                "ro" => mount with { ReadOnly = true },
                "noexec" or "exec" => mount with { NoExec = pair[0] == "noexec" },
                "size" => mount with { SizeBytes = bytes },
                "mode" => mount with { Mode = Convert.ToInt32(pair[1], 8) },
                "uid" => mount with { Uid = number },
                "gid" => mount with { Gid = number },
                _ => mount,
            };
        }
        return Checked(mount, node, context);
    }
}
