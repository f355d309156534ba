using System.Formats.Tar;
using System.Text;
using Brig.Linux;

namespace Brig.Engine.Images;

/// <summary>A tar as files: owners, modes, times, links, devices and extended attributes; nothing outside the directory.</summary>
internal static class LayerUnpacker
{
    /// <param name="tar">Not compressed; read to its end.</param>
    /// <returns>Bytes of the files' contents.</returns>
    /// <exception cref="EngineException">Invalid: not a tar, or an entry that points outside.</exception>
    public static long Unpack(Stream tar, string directory, CancellationToken stop)
    {
        long size = 0;
        int entries = 0;
        byte[] buffer = new byte[128 * 1024];
        using var tree = new RootedTree(directory);
        using var reader = new TarReader(tar, leaveOpen: true);
        try
        {
            while (reader.GetNextEntry() is { } entry)
            {
                stop.ThrowIfCancellationRequested();
                if (entry.EntryType is TarEntryType.GlobalExtendedAttributes)
                {
                    continue;
                }
                Unpack(tree, entry, buffer);
                size += entry.Length;
                entries++;
            }
        }
        catch (Exception e) when (e is InvalidDataException or FormatException or EndOfStreamException or NotSupportedException)
        {
            throw EngineException.Invalid($"The stream is not a whole tar archive: {e.Message}");
        }
        if (entries == 0)
        {
            throw EngineException.Invalid("The tar archive is empty, or the stream is not a tar archive.");
        }
        tree.Finish();
        return size;
    }

    private static void Unpack(RootedTree tree, TarEntry entry, byte[] buffer)
    {
        string path = Inside(entry.Name);
        var attributes = Attributes(entry);
        if (path.Length == 0 && entry.EntryType != TarEntryType.Directory)
        {
            throw EngineException.Invalid($"The archive's entry \"{Text.Short(entry.Name)}\" names no file.");
        }
        switch (entry.EntryType)
        {
            case TarEntryType.Directory:
                tree.Directory(path, attributes);
                break;
            case TarEntryType.RegularFile or TarEntryType.V7RegularFile or TarEntryType.ContiguousFile:
                tree.File(path, entry.DataStream, attributes, buffer);
                break;
            case TarEntryType.SymbolicLink:
                tree.Symlink(path, entry.LinkName, attributes);
                break;
            case TarEntryType.HardLink:
                tree.HardLink(path, Inside(entry.LinkName));
                break;
            case TarEntryType.CharacterDevice or TarEntryType.BlockDevice:
                var device = (PosixTarEntry)entry;
                tree.Node(path, entry.EntryType == TarEntryType.CharacterDevice ? 'c' : 'b', (uint)device.DeviceMajor, (uint)device.DeviceMinor, attributes);
                break;
            case TarEntryType.Fifo:
                tree.Node(path, 'p', 0, 0, attributes);
                break;
            default:
                throw EngineException.Invalid($"The archive's entry \"{Text.Short(entry.Name)}\" is of a kind that cannot be unpacked ({entry.EntryType}).");
        }
    }

    /// <summary>Relative, without <c>.</c> and doubled slashes; the leading slash that <c>tar -P</c> keeps is cut off.</summary>
    private static string Inside(string name)
    {
        string[] parts = name.Split('/', StringSplitOptions.RemoveEmptyEntries);
        if (parts.Contains(".."))
        {
            throw EngineException.Invalid($"The archive's entry \"{Text.Short(name)}\" contains \"..\", which could lead outside the image.");
        }
        return string.Join('/', parts.Where(part => part != "."));
    }

    private static EntryAttributes Attributes(TarEntry entry)
    {
        var xattrs = new List<KeyValuePair<string, byte[]>>();
        if (entry is PaxTarEntry pax)
        {
            // Only what is safe to take from a stranger: overlayfs' own attributes could redirect into other layers.
            foreach (var (key, value) in pax.ExtendedAttributes)
            {
                string name = key.StartsWith("SCHILY.xattr.", StringComparison.Ordinal) ? key["SCHILY.xattr.".Length..] : "";
                if (name == "security.capability" || (name.StartsWith("user.", StringComparison.Ordinal) && !name.StartsWith("user.overlay", StringComparison.Ordinal)))
                {
                    xattrs.Add(new(name, Encoding.UTF8.GetBytes(value)));
                }
            }
        }
        return new((uint)entry.Mode & 0xFFF, (uint)entry.Uid, (uint)entry.Gid, entry.ModificationTime.ToMicroseconds() * 1000, xattrs);
    }
}
