using System.Collections.Immutable;
using System.Globalization;
using Brig.Engine.Containers;
using Brig.Linux.Cgroups;
using Brig.Linux.Wire;

namespace Brig.Engine.Isolation;

/// <summary>What it sees of files: its root, the hidden and read-only paths, devices.</summary>
internal static class FileWalls
{
    public static WallReport Root(Evidence found)
    {
        var root = found.Mounts.LastOrDefault(mount => mount.Point == "/");
        bool readOnly = found.Running ? root?.ReadOnly ?? false : found.Spec.ReadOnlyRoot;
        ImmutableArray<string> binds = [.. found.Spec.Mounts.Where(mount => mount.Kind == Containers.MountKind.Bind).Select(mount => mount.Target)];
        var facts = found.Running
            ? ImmutableArray.Create(new WallFact("type", root?.Type, null), new("readOnly", readOnly ? "yes" : "no", null), new("mounts", found.Mounts.Length.ToString(CultureInfo.InvariantCulture), null),
                new("idmapped", found.Mounts.Count(mount => mount.IdMapped).ToString(CultureInfo.InvariantCulture), null))
            : [new("readOnly", readOnly ? "yes" : "no", null)];
        var strength = (readOnly, binds.IsEmpty) switch
        {
            (true, true) => WallStrength.Stronger,
            (false, true) => WallStrength.Default,
            (false, false) => WallStrength.Weaker,
            _ => WallStrength.Different,
        };
        return new("root", WallState.Up, [], facts, new(strength, binds, []), found.Steps(step =>
            step.Call is "pivot_root" or "umount2" or "fsopen" or "fsconfig" or "fsmount" or "mount" or "move_mount" && !Hides(step)));
    }

    /// <summary>Of the paths every container has hidden or read-only, those that this kernel has at all.</summary>
    public static WallReport Paths(Evidence found)
    {
        string[] masked = [.. (found.Plan?.Root?.MaskedPaths ?? []).Concat(StandardRoot.MaskedPaths).Distinct().Where(File.Exists), .. StandardRoot.MaskedPaths.Where(Directory.Exists)];
        string[] readOnly = [.. StandardRoot.ReadOnlyPaths.Where(Path.Exists)];
        bool asked = !found.Spec.Privileged && found.Spec.SystemPaths == SystemPaths.Masked;
        var facts = new List<WallFact>();
        foreach (string path in masked.Distinct().Order(StringComparer.Ordinal))
        {
            facts.Add(new(path, found.Running ? State(found, path) : asked ? "masked" : "open", null));
        }
        foreach (string path in readOnly)
        {
            facts.Add(new(path, found.Running ? State(found, path) : asked ? "readOnly" : "open", null));
        }
        ImmutableArray<string> open = [.. facts.Where(fact => fact.Inside == "open").Select(fact => fact.Key)];
        ImmutableArray<string> more = [.. found.Spec.MaskedPaths, .. found.Spec.ReadOnlyPaths];
        return new("paths", open.Length == facts.Count ? WallState.Down : WallState.Up, [], [.. facts], Compare(open, more), found.Steps(Hides));
    }

    public static WallReport Devices(Evidence found, ImmutableArray<DeviceRow> rows)
    {
        bool open = found.Running ? rows.Any(row => row.Kind == 'a') || rows.IsEmpty : found.Spec.Privileged;
        ImmutableArray<string> lines = [.. rows.Select(Line)];
        var facts = found.Running && DeviceList.Programs(found.Cgroup.Entry) is > 0 and var programs
            ? ImmutableArray.Create(new WallFact("programs", null, programs.ToString(CultureInfo.InvariantCulture))) : [];
        return new("devices", open ? WallState.Down : WallState.Up, [], facts,
            open ? new(WallStrength.Weaker, [], []) : Compare([.. lines.Except(DeviceList.Standard)], [.. DeviceList.Standard.Except(lines)]),
            found.Steps(step => step.Call == "mknodat" && step.Arguments.Contains("\"/dev\"", StringComparison.Ordinal) || step.Arguments.Contains("devices.", StringComparison.Ordinal)
                || (step.Call == "open_tree" && step.Arguments.StartsWith("\"/dev/", StringComparison.Ordinal))));
    }

    /// <summary>v1 tells its list; of a program the kernel tells only that it is there, and what we put into it is what we know.</summary>
    public static ImmutableArray<DeviceRow> DeviceRows(Evidence found)
    {
        if (found.Running && DeviceList.Lines(found.Cgroup.Entry) is { } lines)
        {
            return [.. lines.Select(Row).OfType<DeviceRow>()];
        }
        bool open = found.Running ? DeviceList.Programs(found.Cgroup.Entry) == 0 : found.Spec.Privileged;
        return open ? [new('a', null, null, "rwm", null)]
            : [.. DeviceList.Standard.Concat(HostDevices.Rules(found.Spec.Devices).Select(rule => rule.ToString())).Select(Row).OfType<DeviceRow>()];
    }

    /// <summary><c>c 1:3 rwm</c>; numbers or *.</summary>
    internal static DeviceRow? Row(string line)
    {
        string[] words = line.Split(' ');
        string[] numbers = words.Length == 3 ? words[1].Split(':') : [];
        return numbers.Length == 2 && words[0].Length == 1 ? new(words[0][0], Number(numbers[0]), Number(numbers[1]), words[2], Name(line)) : null;
    }

    private static string Line(DeviceRow row) => string.Create(CultureInfo.InvariantCulture, $"{row.Kind} {(row.Major is { } major ? major : "*")}:{(row.Minor is { } minor ? minor : "*")} {row.Access}");

    private static int? Number(string text) => int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out int number) ? number : null;

    private static string? Name(string line) => line[..line.LastIndexOf(' ')] switch
    {
        "c 1:3" => "/dev/null",
        "c 1:5" => "/dev/zero",
        "c 1:7" => "/dev/full",
        "c 1:8" => "/dev/random",
        "c 1:9" => "/dev/urandom",
        "c 5:0" => "/dev/tty",
        "c 5:2" => "/dev/ptmx",
        "c 136:*" => "/dev/pts/*",
        _ => null,
    };

    /// <summary>Covered by /dev/null or an empty folder, or a mount that cannot be written to.</summary>
    private static string State(Evidence found, string path) => found.Mounts.LastOrDefault(mount => mount.Point == path) switch
    {
        null => "open",
        { Root: "/null" } or { Type: "tmpfs" } => "masked",
        { ReadOnly: true } => "readOnly",
        _ => "open",
    };

    private static bool Hides(BirthStep step) =>
        (step.Call is "move_mount" or "mount" or "open_tree" or "mount_setattr")
        && (StandardRoot.MaskedPaths.Any(path => step.Arguments.Contains($"\"{path}\"", StringComparison.Ordinal))
            || StandardRoot.ReadOnlyPaths.Any(path => step.Arguments.Contains($"\"{path}\"", StringComparison.Ordinal)));

    public static WallDifference Compare(ImmutableArray<string> more, ImmutableArray<string> less) => new(
        (more.IsEmpty, less.IsEmpty) switch
        {
            (true, true) => WallStrength.Default,
            (true, false) => WallStrength.Stronger,
            (false, true) => WallStrength.Weaker,
            _ => WallStrength.Different,
        },
        more, less);
}
