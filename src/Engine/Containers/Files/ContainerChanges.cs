using System.Text;
using Brig.Engine.Images;
using Brig.Linux;
using Brig.Linux.Trees;

namespace Brig.Engine.Containers.Files;

/// <summary>What a container's own layer says against its image's: walked while it may run, and by paths that lead nowhere else.</summary>
internal sealed class ContainerChanges(ContainerTable table, ImageStore images, EnginePaths paths)
{
    /// <summary>Nobody reads more; a container can make as many as it likes.</summary>
    private const int Most = 100_000, MostDepth = 200;

    /// <summary>Bytes: a longer path is nothing that anybody could ask for (path_resolution(7), PATH_MAX with its end).</summary>
    private const int LongestPath = 4095;

    /// <summary>What was made only to mount something there.</summary>
    private static readonly string[] Own = ["dev", "proc", "sys", "etc/hosts", "etc/hostname", "etc/resolv.conf"];

    public Task<IReadOnlyList<PathChange>> OfAsync(string idOrName, CancellationToken stop)
    {
        var container = table.Find(idOrName).Now;
        return Task.Run<IReadOnlyList<PathChange>>(() => Of(container, stop), stop);
    }

    public Task<ContainerSize> SizeAsync(string idOrName, CancellationToken stop)
    {
        var container = table.Find(idOrName).Now;
        return Task.Run(() =>
        {
            long own = Bytes(paths.Container(container.Id) + "/upper", container.Name, stop);
            return new ContainerSize(own, own + (images.TryByDigest(container.ImageDigest)?.SizeBytes ?? 0));
        }, stop);
    }

    /// <summary>As Docker counts: a file as long as it says it is, one with several names once. Of what has been removed meanwhile nothing.</summary>
    private static long Bytes(string upper, string name, CancellationToken stop)
    {
        try
        {
            return TreeSize.Apparent(upper, stop);
        }
        catch (LinuxException e) when (e.Errno == Errno.ENOENT)
        {
            return 0;
        }
        catch (LinuxException e)
        {
            throw EngineException.Failed($"The files of {name} cannot be read: {e.Message}.", e);
        }
    }

    private List<PathChange> Of(Container container, CancellationToken stop)
    {
        string upper = paths.Container(container.Id) + "/upper";
        if (!Directory.Exists(upper) || container.Spec.Namespaces.Mount.Source != NamespaceSource.New)
        {
            return [];
        }
        try
        {
            using var above = LayerView.Open([upper]);
            using var below = LayerView.Open(images.ByDigest(container.ImageDigest).Layers);
            var changes = new List<PathChange>();
            var mounts = Own.Concat(container.Spec.Mounts.Select(mount => mount.Target.Trim('/'))).ToHashSet();
            Walk("", 0);
            return changes;

            void Walk(string folder, int depth)
            {
                foreach (var (name, node) in depth < MostDepth ? above.List(folder) : [])
                {
                    stop.ThrowIfCancellationRequested();
                    string path = folder.Length == 0 ? name : $"{folder}/{name}";
                    if (Encoding.UTF8.GetByteCount(path) > LongestPath)
                    {
                        continue;
                    }
                    bool was = below.FindItself(path) is not null;
                    if (changes.Count >= Most || (mounts.Contains(path) && !was))
                    {
                        continue;
                    }
                    int at = changes.Count;
                    changes.Add(new("/" + path, node.IsWhiteout ? PathChangeKind.Deleted : was ? PathChangeKind.Changed : PathChangeKind.Added));
                    if (node.IsDirectory)
                    {
                        Walk(path, depth + 1);
                    }
                    // A directory that is there only for a mount point in it did not change.
                    if (changes.Count == at + 1 && was && mounts.Any(mount => mount == path || mount.StartsWith(path + "/", StringComparison.Ordinal)))
                    {
                        changes.RemoveAt(at);
                    }
                }
            }
        }
        catch (LinuxException e)
        {
            throw EngineException.Failed($"The files of {container.Name} cannot be read: {e.Message}.", e);
        }
    }
}
