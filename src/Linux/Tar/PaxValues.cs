using System.Text;

namespace Brig.Linux.Tar;

/// <summary>What extended headers say of the next entry, over its own header.</summary>
internal sealed class PaxValues
{
    private const string Xattr = "SCHILY.xattr.", LibarchiveXattr = "LIBARCHIVE.xattr.";

    private readonly List<TarXattr> _xattrs = [];
    private long? _sparseOffset;
    private bool _isSparse1;

    public PaxValues()
    {
    }

    public PaxValues(PaxValues globals)
    {
        (Path, Link, Size, Uid, Gid, ModifiedAt) = (globals.Path, globals.Link, globals.Size, globals.Uid, globals.Gid, globals.ModifiedAt);
        _xattrs.AddRange(globals._xattrs);
    }

    public byte[]? Path { get; private set; }
    public byte[]? Link { get; private set; }
    public long? Size { get; private set; }
    public long? Uid { get; private set; }
    public long? Gid { get; private set; }
    public long? ModifiedAt { get; private set; }
    public byte[]? SparseName { get; private set; }
    public long? RealSize { get; private set; }
    public List<TarSegment>? Segments { get; private set; }

    /// <summary>GNU's sparse format 1.0.</summary>
    public bool HasMapInContent => _isSparse1;

    public IReadOnlyList<TarXattr> Xattrs => _xattrs;

    /// <summary>Keys that mean nothing to us are passed over, as POSIX says.</summary>
    public void Set(string key, byte[] value)
    {
        switch (key)
        {
            case "path":
                Path = value;
                break;
            case "linkpath":
                Link = value;
                break;
            case "size":
                Size = PaxRecords.Number(value, key);
                break;
            case "uid":
                Uid = PaxRecords.Number(value, key);
                break;
            case "gid":
                Gid = PaxRecords.Number(value, key);
                break;
            case "mtime":
                ModifiedAt = PaxRecords.Time(value);
                break;
            case "GNU.sparse.name":
                SparseName = value;
                break;
            case "GNU.sparse.size" or "GNU.sparse.realsize":
                RealSize = PaxRecords.Number(value, key);
                break;
            case "GNU.sparse.major":
                _isSparse1 = PaxRecords.Number(value, key) == 1;
                break;
            case "GNU.sparse.numblocks":
                Segments = [];
                break;
            case "GNU.sparse.offset":
                _sparseOffset = PaxRecords.Number(value, key);
                break;
            case "GNU.sparse.numbytes":
                (Segments ??= []).Add(new(_sparseOffset ?? 0, PaxRecords.Number(value, key)));
                break;
            case "GNU.sparse.map":
                Segments = Map(value);
                break;
            default:
                SetXattr(key, value);
                break;
        }
    }

    private void SetXattr(string key, byte[] value)
    {
        if (key.StartsWith(Xattr, StringComparison.Ordinal))
        {
            Put(Encoding.Latin1.GetBytes(key[Xattr.Length..]), value);
        }
        else if (key.StartsWith(LibarchiveXattr, StringComparison.Ordinal))
        {
            // bsdtar writes both; this one is base64 and its name percent-encoded.
            byte[] name = Encoding.Latin1.GetBytes(Uri.UnescapeDataString(key[LibarchiveXattr.Length..]));
            if (!_xattrs.Any(x => x.Name.AsSpan().SequenceEqual(name)) && TryBase64(value, out byte[] plain))
            {
                Put(name, plain);
            }
        }
    }

    private void Put(byte[] name, byte[] value)
    {
        _xattrs.RemoveAll(x => x.Name.AsSpan().SequenceEqual(name));
        _xattrs.Add(new(name, value));
    }

    private static bool TryBase64(byte[] value, out byte[] plain)
    {
        string text = Encoding.Latin1.GetString(value).TrimEnd('=');
        plain = new byte[text.Length];
        bool isIt = Convert.TryFromBase64String(text.PadRight((text.Length + 3) / 4 * 4, '='), plain, out int written);
        plain = plain[..written];
        return isIt;
    }

    private static List<TarSegment> Map(byte[] value)
    {
        string[] numbers = Encoding.Latin1.GetString(value).Split(',');
        var segments = new List<TarSegment>(numbers.Length / 2);
        for (int i = 0; i + 1 < numbers.Length; i += 2)
        {
            segments.Add(new(PaxRecords.Number(Encoding.Latin1.GetBytes(numbers[i]), "GNU.sparse.map"), PaxRecords.Number(Encoding.Latin1.GetBytes(numbers[i + 1]), "GNU.sparse.map")));
        }
        return segments;
    }
}
