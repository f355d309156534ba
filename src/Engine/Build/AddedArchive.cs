using System.Text;
using Brig.Engine.Build.Dockerfiles;
using Brig.Engine.Images;
using Brig.Linux;
using Brig.Linux.Tar;
using Brig.Linux.Trees;

namespace Brig.Engine.Build;

/// <summary>ADD of a local tar, plain or packed: its entries, below the target.</summary>
internal static class AddedArchive
{
    /// <summary>Null: it is an ordinary file, to be copied as it is.</summary>
    public static Stream? TryOpen(LayerView from, string path)
    {
        if (OpenPlain(from, path) is not { } probe)
        {
            return null;
        }
        using (probe)
        {
            try
            {
                if (new TarReader(probe).Next() is null)
                {
                    return null;
                }
            }
            catch (Exception e) when (e is TarException or InvalidDataException or IOException)
            {
                return null;
            }
        }
        return OpenPlain(from, path);
    }

    /// <param name="place">Where a directory goes, with those above it told, and what is there.</param>
    /// <param name="owner">Of all; null: as the archive has them. So too <paramref name="mode"/>.</param>
    public static void Write(
        Stream archive, TarWriter to, string target, Func<byte[], (byte[] Path, ViewNode? There)> place, TreeTarOptions times, (uint Uid, uint Gid)? owner, uint? mode, int at)
    {
        var reader = new TarReader(archive);
        var moved = new Dictionary<string, byte[]>();
        try
        {
            while (reader.Next() is { } entry)
            {
                byte[] path = Below(target, entry.Name, at);
                if (path.Length == 0)
                {
                    continue;
                }
                ViewNode? there = null;
                if (entry.Kind == TarKind.Directory)
                {
                    string asked = Encoding.Latin1.GetString(path);
                    (path, there) = place(path);
                    moved[asked] = path;
                }
                else
                {
                    // An archive need not name the directories its files lie in: the image's own stay as they are.
                    path = Moved(path, moved, place);
                }
                if (entry is { Kind: TarKind.CharDevice, Major: 0, Minor: 0 })
                {
                    throw Dockerfile.At(at, $"the archive's \"{Text.Short(Encoding.UTF8.GetString(entry.Name))}\" is the device 0:0, which in a layer means another file's removal");
                }
                var told = entry with
                {
                    Name = path,
                    Link = entry.Kind == TarKind.HardLink ? Moved(Below(target, entry.Link, at), moved, place) : entry.Link,
                    Mode = entry.Kind == TarKind.Symlink ? entry.Mode : mode ?? entry.Mode,
                    Uid = owner?.Uid ?? entry.Uid,
                    Gid = owner?.Gid ?? entry.Gid,
                    ModifiedAt = times.Time ?? (times.Latest is { } latest && entry.ModifiedAt > latest ? latest : entry.ModifiedAt),
                    Xattrs = [.. entry.Xattrs.Where(xattr => TreeTar.IsPortable(xattr.Name))],
                };
                to.Begin(there is { } node ? told with { Mode = node.Mode, Uid = node.Uid, Gid = node.Gid } : told);
                if (entry.Kind == TarKind.File)
                {
                    for (long left = entry.Segments?.Sum(segment => segment.Length) ?? entry.Size; left > 0;)
                    {
                        var chunk = reader.Content((int)Math.Min(left, 1 << 20));
                        to.Content(chunk);
                        left -= chunk.Length;
                    }
                }
            }
        }
        catch (TarException e)
        {
            throw Dockerfile.At(at, $"the archive breaks off: {e.Message.TrimEnd('.')}");
        }
    }

    private static byte[] Below(string target, byte[] name, int at)
    {
        try
        {
            var path = TreePath.Parse(name);
            if (path.Name.StartsWith(".wh."u8))
            {
                throw Dockerfile.At(at, $"the archive's \"{Text.Short(path.ToString())}\" has a name that in a layer means another file's removal");
            }
            return target.Length == 0 || path.IsRoot ? path.IsRoot ? Encoding.UTF8.GetBytes(target) : path.Bytes.ToArray() : [.. Encoding.UTF8.GetBytes(target), (byte)'/', .. path.Bytes];
        }
        catch (TreePathException e)
        {
            throw Dockerfile.At(at, $"the archive's entry \"{Text.Short(Encoding.UTF8.GetString(name))}\" {e.Message}");
        }
    }

    /// <summary>Into where its directory went.</summary>
    private static byte[] Moved(byte[] path, Dictionary<string, byte[]> moved, Func<byte[], (byte[] Path, ViewNode? There)> place)
    {
        int slash = path.AsSpan().LastIndexOf((byte)'/');
        if (slash <= 0)
        {
            return path;
        }
        string above = Encoding.Latin1.GetString(path, 0, slash);
        if (!moved.TryGetValue(above, out byte[]? parent))
        {
            moved[above] = parent = place(path[..slash]).Path;
        }
        return parent.Length == 0 ? path[(slash + 1)..] : [.. parent, .. path.AsSpan(slash)];
    }

    private static Stream? OpenPlain(LayerView from, string path)
    {
        var file = from.OpenFile(path);
        if (file is null)
        {
            return null;
        }
        try
        {
            return Packings.Unpack(file).Plain;
        }
        catch (EngineException)
        {
            file.Dispose();
            return null;    // packed in a way that is not unpacked here
        }
    }
}
