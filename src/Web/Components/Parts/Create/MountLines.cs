using System.Globalization;
using System.Text.RegularExpressions;
using Brig.Engine.Containers;

namespace Brig.Web.Components.Parts.Create;

/// <summary>
/// Mounts as lines: <c>/host/path:/inside[:ro,noexec,slave,shared,idmap,create]</c>, <c>volume:/inside[:ro,noexec,nocopy,subpath=a/b]</c> and the same with only
/// <c>/inside</c> for an anonymous volume, or <c>tmpfs:/inside[:64m,mode=0755,uid=1,gid=1,inodes=1000,exec,ro]</c>.
/// </summary>
public static partial class MountLines
{
    public static IEnumerable<MountSpec> All(string text) => Lines(text).Select(One).OfType<MountSpec>();

    /// <summary>The first line that is no mount; null when all are.</summary>
    public static string? Wrong(string text) => Lines(text).FirstOrDefault(line => One(line) is null);

    public static MountSpec? One(string line) => line.Trim().Split(':') switch
    {
        ["tmpfs", ['/', ..] target] => new(MountKind.Tmpfs, null, target),
        ["tmpfs", ['/', ..] target, var options] => With(new(MountKind.Tmpfs, null, target), options, Tmpfs),
        [['/', ..] target] => new(MountKind.Volume, null, target),
        [['/', ..] target, not ['/', ..] and var options] => With(new(MountKind.Volume, null, target), options, Volume),
        [var volume, ['/', ..] target] when IsVolumeName(volume) => new(MountKind.Volume, volume, target),
        [var volume, ['/', ..] target, var options] when IsVolumeName(volume) => With(new(MountKind.Volume, volume, target), options, Volume),
        [['/', ..] source, ['/', ..] target] => new(MountKind.Bind, source, target),
        [['/', ..] source, ['/', ..] target, var options] => With(new(MountKind.Bind, source, target), options, Bind),
        _ => null,
    };

    public static bool IsVolumeName(string text) => VolumeName().IsMatch(text);

    private static MountSpec? With(MountSpec mount, string options, Func<MountSpec, string, MountSpec?> one) =>
        options.Split(',').Aggregate((MountSpec?)mount, (now, option) => now is null ? null : one(now, option.Trim()));

    private static MountSpec? Bind(MountSpec mount, string option) => option switch
    {
        "ro" => mount with { ReadOnly = true },
        "rw" => mount with { ReadOnly = false },
        "noexec" => mount with { NoExec = true },
        "idmap" => mount with { Idmap = true },
        "create" => mount with { CreateSource = true },
        "private" or "rprivate" => mount with { Propagation = MountPropagation.Private },
        "slave" or "rslave" => mount with { Propagation = MountPropagation.Slave },
        "shared" or "rshared" => mount with { Propagation = MountPropagation.Shared },
        _ => null,
    };

    private static MountSpec? Volume(MountSpec mount, string option) => option.Split('=', 2) switch
    {
        ["ro"] => mount with { ReadOnly = true },
        ["rw"] => mount with { ReadOnly = false },
        ["noexec"] => mount with { NoExec = true },
        ["nocopy"] => mount with { NoCopy = true },
        ["subpath", { Length: > 0 } path] => mount with { Subpath = path },
        _ => null,
    };

    private static MountSpec? Tmpfs(MountSpec mount, string option) => option.Split('=', 2) switch
    {
        ["ro"] => mount with { ReadOnly = true },
        ["exec"] => mount with { NoExec = false },
        ["noexec"] => mount with { NoExec = true },
        ["size", var size] => Size(mount, size),
        [var size] => Size(mount, size),
        ["mode", var mode] => mount with { Mode = mode },
        ["uid", var id] => Number(id) is { } uid ? mount with { Uid = uid } : null,
        ["gid", var id] => Number(id) is { } gid ? mount with { Gid = gid } : null,
        ["inodes" or "nr_inodes", var count] => Number(count) is { } inodes ? mount with { Inodes = inodes } : null,
        _ => null,
    };

    private static MountSpec? Size(MountSpec mount, string text) => Quantity.ToBytes(text, 1 << 20) is { } bytes ? mount with { SizeBytes = bytes } : null;

    private static uint? Number(string text) => uint.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out uint number) ? number : null;

    [GeneratedRegex(@"\A[a-zA-Z0-9][a-zA-Z0-9_.-]{0,199}\z", RegexOptions.CultureInvariant)]
    private static partial Regex VolumeName();

    private static string[] Lines(string text) => text.Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
}
