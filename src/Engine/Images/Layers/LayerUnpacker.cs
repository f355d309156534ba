using System.Text;
using Brig.Linux;
using Brig.Linux.Tar;
using Brig.Linux.Trees;

namespace Brig.Engine.Images;

/// <param name="Bytes">Of the files' contents; holes count nothing.</param>
/// <param name="Implied">Directories the archive never names, bytes as Latin-1; made root's and 0755.</param>
/// <param name="Whole">The archive's end mark was there.</param>
internal sealed record Unpacked(long Bytes, int Entries, IReadOnlyCollection<string> Implied, bool Whole);

/// <summary>A layer's tar as files that overlayfs stacks: owners, modes, times, links, devices, attributes, holes, whiteouts; nothing outside the directory.</summary>
internal sealed class LayerUnpacker
{
    private static ReadOnlySpan<byte> Mark => ".wh."u8;

    private readonly LayerTree _tree;
    private readonly TarReader _tar;
    private readonly UnpackLimits _limits;
    private readonly RoomMeter _room;
    private readonly bool _whiteouts;
    private readonly CancellationToken _stop;
    private long _bytes;

    private LayerUnpacker(LayerTree tree, TarReader tar, UnpackLimits limits, bool whiteouts, CancellationToken stop) =>
        (_tree, _tar, _limits, _room, _whiteouts, _stop) = (tree, tar, limits, new(limits.RoomFor), whiteouts, stop);

    /// <param name="tar">Not packed; read to its end.</param>
    /// <param name="directory">Exists and is empty.</param>
    /// <param name="whiteouts">False: it is no layer, and <c>.wh.</c> is a name like any other.</param>
    /// <exception cref="EngineException">Invalid: not a tar, an entry that points outside, or more than the limits.</exception>
    /// <exception cref="LinuxException">The disk refused.</exception>
    public static Unpacked Unpack(Stream tar, string directory, UnpackLimits limits, CancellationToken stop, bool whiteouts = true)
    {
        using var tree = new LayerTree(directory);
        var reader = new TarReader(tar);
        var run = new LayerUnpacker(tree, reader, limits, whiteouts, stop);
        try
        {
            int entries = run.All();
            tree.Finish();
            reader.Drain();
            return new(run._bytes, entries, tree.Implied, reader.Ended);
        }
        catch (TarException e)
        {
            throw EngineException.Invalid($"The stream is not a whole tar archive: {e.Message}");
        }
    }

    private int All()
    {
        int entries = 0;
        while (_tar.Next() is { } entry)
        {
            _stop.ThrowIfCancellationRequested();
            if (++entries > _limits.Entries)
            {
                throw EngineException.Invalid($"The layer has more than {_limits.Entries:N0} files, which is more than Brig unpacks.");
            }
            One(entry);
        }
        return entries;
    }

    private void One(TarEntry entry)
    {
        var path = Inside(entry.Name);
        if (path.IsRoot && entry.Kind != TarKind.Directory)
        {
            throw EngineException.Invalid($"The archive's entry \"{Shown(entry.Name)}\" names no file.");
        }
        if (_whiteouts && path.Name.StartsWith(Mark))
        {
            Whiteout(path, entry);
            return;
        }
        var attributes = new NodeAttributes(entry.Mode, entry.Uid, entry.Gid, entry.ModifiedAt, Kept(entry.Xattrs));
        switch (entry.Kind)
        {
            case TarKind.Directory:
                _tree.Directory(path, attributes);
                break;
            case TarKind.File:
                File(path, entry, attributes);
                break;
            case TarKind.Symlink:
                _tree.Symlink(path, entry.Link, attributes);
                break;
            case TarKind.HardLink:
                _tree.HardLink(path, Inside(entry.Link));
                break;
            case TarKind.CharDevice or TarKind.BlockDevice when !_limits.Devices:
                throw EngineException.Invalid($"The archive's \"{Shown(entry.Name)}\" is a device, and devices are not put into volumes.");
            default:
                uint type = entry.Kind switch { TarKind.CharDevice => Libc.S_IFCHR, TarKind.BlockDevice => Libc.S_IFBLK, _ => Libc.S_IFIFO };
                _tree.Node(path, type, entry.Major, entry.Minor, attributes);
                break;
        }
    }

    /// <summary><c>.wh.name</c> hides name of the layers below, <c>.wh..wh..opq</c> all of its directory; others of <c>.wh..wh.</c> are aufs' own (image-spec, layer.md).</summary>
    private void Whiteout(TreePath path, TarEntry entry)
    {
        var name = path.Name;
        if (name.SequenceEqual(".wh..wh..opq"u8))
        {
            _tree.MakeOpaque(path.Up());
            return;
        }
        if (name.StartsWith(".wh..wh."u8))
        {
            return;
        }
        var hidden = name[Mark.Length..];
        if (hidden is [] or [(byte)'.'] or [(byte)'.', (byte)'.'])
        {
            throw EngineException.Invalid($"The archive's entry \"{Shown(entry.Name)}\" hides no file.");
        }
        _tree.Whiteout(path.WithName(hidden));
    }

    private void File(TreePath path, TarEntry entry, in NodeAttributes attributes)
    {
        if (entry.Size > _limits.FileLength)
        {
            throw EngineException.Invalid($"The archive's file \"{Shown(entry.Name)}\" is {entry.Size:N0} bytes long, which is more than a file can be here ({_limits.FileLength:N0}).");
        }
        int file = _tree.Create(path);
        bool closed = false;
        try
        {
            if (entry.Segments is { } segments)
            {
                foreach (var (offset, length) in segments)
                {
                    Copy(file, offset, length, path);
                }
            }
            else
            {
                Copy(file, 0, entry.Size, path);
            }
            closed = true;
            LayerTree.Close(file, attributes, entry.Segments is null ? null : entry.Size, path);
        }
        finally
        {
            if (!closed)
            {
                LayerTree.Abandon(file);
            }
        }
    }

    private void Copy(int file, long offset, long length, TreePath path)
    {
        _bytes += length;
        if (_bytes > _limits.Bytes)
        {
            throw EngineException.Invalid($"The layer's files are more than {_limits.Bytes:N0} bytes, which is more than Brig unpacks.");
        }
        _room.Next(length);
        while (length > 0)
        {
            _stop.ThrowIfCancellationRequested();
            var chunk = _tar.Content((int)Math.Min(length, int.MaxValue));
            LayerTree.Write(file, chunk, offset, path);
            offset += chunk.Length;
            length -= chunk.Length;
        }
    }

    private static TreePath Inside(byte[] name)
    {
        try
        {
            return TreePath.Parse(name);
        }
        catch (TreePathException e)
        {
            throw EngineException.Invalid($"The archive's entry \"{Shown(name)}\" {e.Message}.");
        }
    }

    /// <summary>Only what is safe to take from a stranger: overlayfs' own attributes could redirect into other layers.</summary>
    private static IReadOnlyList<TarXattr> Kept(IReadOnlyList<TarXattr> xattrs) =>
        xattrs.Count == 0 ? xattrs : [.. xattrs.Where(x => TreeTar.IsPortable(x.Name) && !x.Name.AsSpan().Contains((byte)0))];

    private static string Shown(byte[] name) => Text.Short(Encoding.UTF8.GetString(name));
}
