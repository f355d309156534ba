using System.Text;
using Brig.Engine.Containers;
using Brig.Engine.Ids;
using Brig.Linux.Trees;

namespace Brig.Engine.Build;

/// <summary>What a container changed, as a layer: owners as they are inside, without the places that were made only to mount something there.</summary>
internal static class UpperLayer
{
    private static readonly string[] s_mountPoints = ["dev", "proc", "sys", "etc/hosts", "etc/hostname", "etc/resolv.conf"];

    /// <param name="below">The image's layers.</param>
    public static TreeTarOptions Options(Container container, LayerView below, TreeTarOptions times)
    {
        var made = s_mountPoints.Concat(container.Spec.Mounts.Select(mount => mount.Target.Trim('/'))).Where(path => below.FindItself(path) is null).ToHashSet();
        Func<uint, uint> inside = container.Ids is { } ids ? id => id >= ids.First && id - ids.First < UserIds.Size ? id - ids.First : Overflow : id => id;
        return times with { Uid = inside, Gid = inside, Skip = path => made.Contains(Encoding.UTF8.GetString(Encoding.Latin1.GetBytes(path))) };
    }

    /// <summary>Whom the kernel shows where a map has nobody (user_namespaces(7)).</summary>
    private const uint Overflow = 65534;
}
