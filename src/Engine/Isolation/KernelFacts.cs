using System.Collections.Immutable;
using Brig.Linux.Proc;

namespace Brig.Engine.Isolation;

/// <summary>What /proc tells of a process's surroundings, in our words. Null: it has ended.</summary>
internal static class KernelFacts
{
    public static readonly ImmutableArray<string> Kinds = ["mnt", "pid", "net", "uts", "ipc", "cgroup", "user", "time"];

    public static IdMaps? IdMaps(int pid)
    {
        if (ProcFile.Read(pid, "uid_map") is not { } users || ProcFile.Read(pid, "gid_map") is not { } groups)
        {
            return null;
        }
        bool host = ProcFile.Namespace(pid.ToString(System.Globalization.CultureInfo.InvariantCulture), "user") == ProcFile.Namespace("self", "user");
        return new(host, Ranges(users), Ranges(groups));
    }

    public static ImmutableArray<MountRow>? Mounts(int pid) =>
        ProcFile.Read(pid, "mountinfo") is { } text ? [.. MountInfo.ParseAll(text).Select(Row)] : null;

    public static MountRow Row(MountInfo mount) => new(
        mount.Id, mount.ParentId, mount.Point, mount.Root, mount.Source, mount.Type, mount.Options, mount.SuperOptions, Propagation(mount.Propagation),
        mount.Options.Contains("idmapped"), mount.Options.Contains("ro") || mount.SuperOptions.Contains("ro"));

    /// <summary>Of the kernel's words the name of the group is the host's business only.</summary>
    private static string Propagation(ImmutableArray<string> fields)
    {
        bool Has(string word) => fields.Any(field => field == word || field.StartsWith(word + ":", StringComparison.Ordinal));
        return (Has("shared"), Has("master")) switch
        {
            (true, true) => "shared slave",
            (true, false) => "shared",
            (false, true) => "slave",
            _ => Has("unbindable") ? "unbindable" : "private",
        };
    }

    private static ImmutableArray<IdRange> Ranges(string text) => [.. IdMapText.Parse(text).Select(map => new IdRange(map.Inside, map.Outside, map.Count))];
}
