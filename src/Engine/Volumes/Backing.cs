using System.Collections.Immutable;
using System.Globalization;
using System.Text.RegularExpressions;

namespace Brig.Engine.Volumes;

/// <summary>What a volume's options come to: where its files are.</summary>
/// <param name="Device">Of a bind: the machine's folder.</param>
/// <param name="TmpfsOptions">tmpfs(5), name and value.</param>
internal sealed partial record Backing(VolumeKind Kind, string? Device, bool ReadOnly, ImmutableArray<(string Name, string Value)> TmpfsOptions)
{
    private static readonly Backing Folder = new(VolumeKind.Folder, null, false, []);

    /// <exception cref="EngineException">Invalid: an option nobody knows, or one that this machine cannot keep.</exception>
    public static Backing Parse(ImmutableDictionary<string, string> options)
    {
        if (options.Keys.FirstOrDefault(key => key is not ("type" or "o" or "device")) is { } unknown)
        {
            throw EngineException.Invalid($"A volume has no option \"{Text.Short(unknown)}\"; there are type, o and device.");
        }
        string type = options.GetValueOrDefault("type", "none");
        string? device = options.GetValueOrDefault("device");
        string[] words = options.GetValueOrDefault("o", "").Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
        return type switch
        {
            "tmpfs" => new(VolumeKind.Tmpfs, null, words.Contains("ro"), [.. words.Where(word => word is not ("ro" or "rw")).Select(Tmpfs)]),
            "none" or "bind" or "" when device is null && words.Length == 0 => Folder,
            "none" or "bind" or "" => Bind(device, words),
            _ => throw EngineException.Invalid(
                $"Brig does not mount a file system of type \"{Text.Short(type)}\"; mount it on the machine and give its folder: type=none, o=bind, device=/its/folder."),
        };
    }

    private static Backing Bind(string? device, string[] words)
    {
        foreach (string word in words.Where(word => word is not ("bind" or "rbind" or "ro" or "rw")))
        {
            throw EngineException.Invalid(word.StartsWith("size", StringComparison.Ordinal)
                ? "A folder on the disk has no size of its own; only a volume in memory (type=tmpfs) takes o=size=…."
                : $"A volume in a folder has no option \"{Text.Short(word)}\"; there are bind, ro and rw.");
        }
        if (device is null || !words.Any(word => word is "bind" or "rbind"))
        {
            throw EngineException.Invalid("A volume in a folder of the machine needs both: o=bind and device=/the/folder.");
        }
        if (!device.StartsWith('/') || device.Contains('\0', StringComparison.Ordinal) || device.Split('/').Contains(".."))
        {
            throw EngineException.Invalid($"The device \"{Text.Short(device)}\" must be the absolute path of a folder, without \"..\".");
        }
        return Directory.Exists(device)
            ? new(VolumeKind.Bind, device, words.Contains("ro"), [])
            : throw EngineException.Invalid($"The device \"{Text.Short(device)}\" is no folder on this machine; make it first.");
    }

    /// <summary>Only what says how large it is and whose its root is: other options of tmpfs change how memory is used on the whole machine.</summary>
    private static (string, string) Tmpfs(string word)
    {
        string[] parts = word.Split('=', 2);
        bool known = parts is [var name, var value] && name switch
        {
            "size" => Size().IsMatch(value),
            "nr_inodes" => Count().IsMatch(value),
            "mode" => Mode().IsMatch(value),
            "uid" or "gid" => uint.TryParse(value, NumberStyles.None, CultureInfo.InvariantCulture, out _),
            _ => false,
        };
        return known ? (parts[0], parts[1]) : throw EngineException.Invalid(
            $"A volume in memory has no option \"{Text.Short(word)}\"; there are size=64m, mode=0755, uid=1, gid=1, nr_inodes=1k, ro and rw.");
    }

    [GeneratedRegex(@"\A[1-9][0-9]{0,17}[kKmMgGtT]?\z|\A[1-9][0-9]?%\z|\A100%\z", RegexOptions.CultureInvariant)]
    private static partial Regex Size();

    [GeneratedRegex(@"\A[1-9][0-9]{0,11}[kKmMgG]?\z", RegexOptions.CultureInvariant)]
    private static partial Regex Count();

    [GeneratedRegex(@"\A0?[0-7]{3,4}\z", RegexOptions.CultureInvariant)]
    private static partial Regex Mode();
}
