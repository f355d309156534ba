using System.Collections.Immutable;
using Brig.Engine.Containers;
using Brig.Engine.Isolation;
using static Brig.Web.Resources.Text;

namespace Brig.Web.Components.Parts;

/// <summary>Which walls were asked to be lower than every container has them: told by what was asked, so a list of thousands costs nothing.</summary>
public static class LoweredWalls
{
    private static readonly ContainerSpec s_default = new() { Image = "" };

    /// <summary>Brig's default: Docker's fourteen but NET_RAW.</summary>
    private static readonly CapabilitySet s_standard = new(0xa80405fb);

    /// <summary>Keys of walls; empty for a privileged one, which is marked as such.</summary>
    public static ImmutableArray<string> Of(ContainerSpec spec) => spec.Privileged ? [] :
    [
        .. Kinds(spec.Namespaces).Zip(Kinds(s_default.Namespaces)).Where(pair => IsLower(pair.First.Spec, pair.Second.Spec) && !IsPods(spec, pair.First.Spec)).Select(pair => pair.First.Kind),
        .. When(spec.SystemPaths == SystemPaths.Unconfined, "paths"),
        .. When(!spec.Devices.IsEmpty, "devices"),
        .. When(spec.AppArmor == "unconfined", "label"),
        .. When(spec.CapAdd.Any(name => !s_standard.Has(name.ToUpperInvariant().Replace("CAP_", "", StringComparison.Ordinal))), "capabilities"),
        .. When(!spec.NoNewPrivileges, "noNewPrivileges"),
        .. When(spec.Seccomp.Mode == SeccompChoice.Unconfined, "seccomp"),
    ];

    public static string Words(ImmutableArray<string> walls) => T("wall.lowered", string.Join(", ", walls.Select(wall => T("wall.name." + wall))));

    private static bool IsLower(NamespaceSpec asked, NamespaceSpec usual) => usual.Source != NamespaceSource.Host && asked.Source is NamespaceSource.Host or NamespaceSource.Container;

    /// <summary>What a container shares with its pod is what a pod is for.</summary>
    private static bool IsPods(ContainerSpec spec, NamespaceSpec asked) => spec.Pod is { } pod && asked == NamespaceSpec.OfContainer(pod);

    private static string[] When(bool lowered, string wall) => lowered ? [wall] : [];

    private static IEnumerable<(string Kind, NamespaceSpec Spec)> Kinds(Namespaces all) =>
        [("mnt", all.Mount), ("pid", all.Pid), ("net", all.Net), ("uts", all.Uts), ("ipc", all.Ipc), ("cgroup", all.Cgroup), ("user", all.User), ("time", all.Time)];
}
