using System.Collections.Immutable;
using System.Text;
using Brig.Engine.Images;
using Brig.Engine.Stacks.Files;
using Brig.Linux;
using Brig.Linux.Trees;

namespace Brig.Engine.Stacks.Keeping;

/// <summary>
/// The files that were uploaded to a stack: a folder that is root's alone, and whose paths are a stranger's. A container may have it too and change a directory into a link at any moment, so the folder is held by a
/// descriptor and every path is resolved in it.
/// </summary>
internal sealed class OwnFiles(EnginePaths paths)
{
    public const int MostBytes = 64 << 20;
    private const int MostFiles = 10_000, MostDepth = 64;

    public string Folder(string id) => $"{paths.Stacks}/{id}/files";

    public ImmutableArray<StackFile> List(string id)
    {
        if (!Directory.Exists(Folder(id)))
        {
            return [];
        }
        using var root = GuestRoot.OfFolder(Folder(id));
        var found = new List<StackFile>();
        Add(root, "", found, 0);
        return [.. found.OrderBy(file => file.Path, StringComparer.Ordinal)];
    }

    /// <summary>Whole, or not at all: a reader never sees half of it.</summary>
    /// <exception cref="EngineException">Invalid: the path leaves the folder or goes over a link; it is too large.</exception>
    public async Task WriteAsync(string id, string path, Stream content, CancellationToken stop)
    {
        Directory.CreateDirectory(Folder(id));
        File.SetUnixFileMode($"{paths.Stacks}/{id}", UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        var place = Place(id, path);
        await using var pumped = new PumpedStream(content, stop);
        await WithAsync(id, path, root =>
        {
            GuestFile.MakeDirectories(root, place.Up());
            GuestFile.Put(root, place, new Limited(pumped, path), _ => { }, stop);
            return true;
        });
    }

    /// <exception cref="EngineException">NotFound.</exception>
    public async Task RemoveAsync(string id, string path)
    {
        var place = Place(id, path);
        if (!Directory.Exists(Folder(id)) || !await WithAsync(id, path, root => GuestFile.Delete(root, place)))
        {
            throw NoFile(path);
        }
    }

    public void RemoveAll(string id) => Trash.Take(paths, $"{paths.Stacks}/{id}");

    private async Task<T> WithAsync<T>(string id, string path, Func<GuestRoot, T> work)
    {
        try
        {
            return await OwnThread.RunAsync(() =>
            {
                using var root = GuestRoot.OfFolder(Folder(id));
                return work(root);
            });
        }
        catch (LinuxException e)
        {
            throw e.Errno switch
            {
                Errno.ENOSPC or Errno.EDQUOT => Disk.Full(paths.Root, e),
                Errno.ENOENT => NoFile(path),
                Errno.EISDIR => EngineException.Invalid($"{Text.Short(path)} is a folder."),
                Errno.ENOTDIR or Errno.ELOOP => EngineException.Invalid($"The path {Text.Short(path)} goes over a link or a file; in a stack's own folder it must not."),
                _ => EngineException.Invalid($"{Text.Short(path)} cannot be written: {e.Message}."),
            };
        }
    }

    private static void Add(GuestRoot root, string above, List<StackFile> found, int depth)
    {
        foreach (var (name, node) in root.List(TreePath.Parse(Encoding.UTF8.GetBytes("/" + above)), MostFiles).Found)
        {
            string path = above + Encoding.UTF8.GetString(name);
            if (found.Count >= MostFiles)
            {
                return;
            }
            if (node.Kind == GuestKind.File)
            {
                found.Add(new(path, node.Size, Instant.FromMicroseconds(node.ModifiedAt / 1000)));
            }
            else if (node.Kind == GuestKind.Directory && depth < MostDepth)
            {
                try
                {
                    Add(root, path + "/", found, depth + 1);
                }
                catch (LinuxException)
                {
                    // It is gone, or something else by now.
                }
            }
        }
    }

    /// <summary>What can be known to be wrong with it before anything is done; what a container does meanwhile is of no use to it.</summary>
    private TreePath Place(string id, string path)
    {
        var folder = new StackFolder(Folder(id), isHosts: false);
        string normal = folder.Normal(path);
        folder.OnHost(normal);
        try
        {
            return normal == "." ? throw EngineException.Invalid("A file needs a name.") : TreePath.Parse(Encoding.UTF8.GetBytes("/" + normal));
        }
        catch (TreePathException e)
        {
            throw EngineException.Invalid($"The path {Text.Short(path)} {e.Message}.");
        }
    }

    private static EngineException NoFile(string path) => EngineException.NotFound($"There is no file {Text.Short(path)} in the stack.");

    private sealed class Limited(Stream from, string path) : ReadOnlyStream
    {
        private long _count;

        public override int Read(Span<byte> buffer)
        {
            int read = from.Read(buffer);
            return (_count += read) <= MostBytes ? read : throw EngineException.Invalid($"The file {Text.Short(path)} is larger than {MostBytes >> 20} MB; put it into a volume.");
        }
    }
}
