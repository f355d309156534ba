using System.Collections.Immutable;
using Brig.Engine.Isolation;

namespace Brig.Web.Components.Parts.Tabs.Isolation;

/// <summary>A mount's flags as the table shows them.</summary>
public static class MountWords
{
    private static readonly string[] s_known = ["ro", "rw", "nosuid", "nodev", "noexec", "noatime", "relatime", "nosymfollow", "idmapped"];

    /// <summary>An empty read-only tmpfs or the null device over a path of /proc or /sys: nobody sees what is below.</summary>
    public static bool Masked(MountRow row) =>
        (row.Point.StartsWith("/proc/", StringComparison.Ordinal) || row.Point.StartsWith("/sys/", StringComparison.Ordinal))
        && (row.Root.EndsWith("/null", StringComparison.Ordinal) || row is { Type: "tmpfs", ReadOnly: true });

    /// <summary>masked, ro or rw; then the kernel's; then how mounts travel, when they do.</summary>
    public static ImmutableArray<string> Flags(MountRow row) =>
    [
        .. Masked(row) ? ["masked"] : (string[])[],
        row.ReadOnly ? "ro" : "rw",
        .. row.Options.Where(option => option is not ("ro" or "rw") && s_known.Contains(option)),
        .. row.IdMapped && !row.Options.Contains("idmapped") ? ["idmapped"] : (string[])[],
        .. row.Propagation.Split(' ').Where(word => word is "shared" or "slave" or "unbindable"),
    ];

    /// <summary>It takes something away from who is inside.</summary>
    public static bool Holds(string flag) => flag is "masked" or "ro" or "nosuid" or "nodev" or "noexec" or "nosymfollow" or "idmapped";
}
