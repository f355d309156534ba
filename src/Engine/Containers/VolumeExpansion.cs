using System.Collections.Immutable;
using Brig.Engine.Images;

namespace Brig.Engine.Containers;

/// <summary>The mounts that nobody wrote down: those of other containers, and the image's VOLUME. What was written down wins.</summary>
internal static class VolumeExpansion
{
    /// <exception cref="EngineException">NotFound: a container to take volumes from. Invalid: how it is named.</exception>
    public static ContainerSpec Expand(ContainerSpec spec, ImageConfig image, ContainerTable table)
    {
        if (spec.Namespaces.Mount.Source != NamespaceSource.New)
        {
            return spec.VolumesFrom.IsEmpty ? spec : throw EngineException.Invalid("A container with another's file systems sees that one's volumes; leave out volumesFrom.");
        }
        var mounts = spec.Mounts.ToBuilder();
        var taken = spec.Mounts.Select(mount => Normal(mount.Target)).ToHashSet();
        foreach (var mount in spec.VolumesFrom.SelectMany(from => Of(from, table)).Concat(OfImage(spec, image)))
        {
            if (taken.Add(Normal(mount.Target)))
            {
                mounts.Add(mount);
            }
        }
        return spec with { Mounts = mounts.ToImmutable(), VolumesFrom = [] };
    }

    /// <param name="names">One for each volume, in their order.</param>
    public static ContainerSpec WithNames(ContainerSpec spec, IReadOnlyList<string> names)
    {
        int next = 0;
        return names.Count == 0 ? spec : spec with { Mounts = [.. spec.Mounts.Select(mount => mount.Kind == MountKind.Volume ? mount with { Source = names[next++] } : mount)] };
    }

    private static IEnumerable<MountSpec> Of(string from, ContainerTable table)
    {
        string[] parts = from.Split(':');
        if (parts is not ([_] or [_, "ro" or "rw"]))
        {
            throw EngineException.Invalid($"\"{Text.Short(from)}\" names no container to take volumes from; write its name, and perhaps :ro.");
        }
        return table.Find(parts[0]).Now.Spec.Mounts.Where(mount => mount.Kind != MountKind.Tmpfs)
            .Select(mount => parts is [_, "ro"] ? mount with { ReadOnly = true } : mount);
    }

    private static IEnumerable<MountSpec> OfImage(ContainerSpec spec, ImageConfig image)
    {
        foreach (string path in image.Volumes)
        {
            if (!path.StartsWith('/') || Normal(path) is "/" || path.Split('/').Contains(".."))
            {
                throw EngineException.Invalid($"The image {spec.Image} asks for a volume on \"{Text.Short(path)}\", where none can be: it must be an absolute path below the root, without \"..\".");
            }
            yield return new(MountKind.Volume, null, path);
        }
    }

    private static string Normal(string path) => "/" + string.Join('/', path.Split('/', StringSplitOptions.RemoveEmptyEntries).Where(part => part != "."));
}
