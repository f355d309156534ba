using System.Text;
using Brig.Engine.Tasks;
using Brig.Linux.Tar;
using Brig.Linux.Trees;

namespace Brig.Engine.Images;

/// <summary>
/// What an archive of images held, by the paths it had there: small documents in memory, layers as blobs and unpacked. They are taken in as they come, for the list of
/// what belongs together may be the last entry. What nobody names afterwards is collected when the lease ends.
/// </summary>
internal sealed class ArchiveContents
{
    private const int LargestDocument = OciManifest.Largest, MostDocuments = 64 << 20, MostLinks = 100_000;

    private readonly Dictionary<string, byte[]> _documents = [];
    private readonly Dictionary<string, TakenLayer> _layers = [];
    private readonly Dictionary<string, string> _links = [];
    private long _documentBytes;

    public byte[]? Document(string path) => _documents.GetValueOrDefault(Real(path));
    public TakenLayer? Layer(string path) => _layers.GetValueOrDefault(Real(path));

    /// <exception cref="EngineException">Invalid: not an archive. Unavailable: the disk is full.</exception>
    public static ArchiveContents Read(Stream archive, Intake intake, BlobStore blobs, LayerStore layers, Lease lease, TaskRun run)
    {
        var contents = new ArchiveContents();
        var (plain, _) = Packings.Unpack(archive);
        using var buffered = plain;
        var tar = new TarReader(buffered);
        try
        {
            while (tar.Next() is { } entry)
            {
                run.Stop.ThrowIfCancellationRequested();
                contents.Take(tar, entry, intake, blobs, layers, lease, run);
            }
            tar.Drain();
        }
        catch (TarException e)
        {
            throw EngineException.Invalid($"The stream is not a whole archive of images: {e.Message}");
        }
        return contents;
    }

    private void Take(TarReader tar, TarEntry entry, Intake intake, BlobStore blobs, LayerStore layers, Lease lease, TaskRun run)
    {
        string path = Inside(entry.Name, "");
        if (entry.Kind is TarKind.Symlink or TarKind.HardLink && _links.Count < MostLinks)
        {
            // docker save of old makes a layer that comes twice a link.
            _links[path] = Inside(entry.Link, entry.Kind == TarKind.Symlink ? path[..Math.Max(0, path.LastIndexOf('/'))] : "");
        }
        if (entry.Kind != TarKind.File || entry.Size == 0)
        {
            return;
        }
        byte[] start = new byte[(int)Math.Min(entry.Size, 512)];
        var content = new EntryStream(tar);
        content.ReadExactly(start);
        var whole = new PrefixedStream(start, content);
        if (LooksLikeALayer(start))
        {
            TakeLayer(path, whole, entry.Size, intake, blobs, layers, lease, run);
        }
        else if (entry.Size <= LargestDocument && start[0] is (byte)'{' or (byte)'[' or (byte)' ' or (byte)'\n')
        {
            byte[] document = new byte[entry.Size];
            whole.ReadExactly(document);
            _documentBytes += document.Length;
            _documents[path] = _documentBytes <= MostDocuments ? document : throw EngineException.Invalid("The archive holds more than 64 MiB of descriptions, as no archive of images does.");
        }
    }

    private void TakeLayer(string path, Stream from, long size, Intake intake, BlobStore blobs, LayerStore layers, Lease lease, TaskRun run)
    {
        // An OCI layout names a blob by its digest, so it can be known before it is read whether it is here.
        string? digest = path.StartsWith("blobs/sha256/", StringComparison.Ordinal) && ImageName.IsDigest("sha256:" + path["blobs/sha256/".Length..]) ? "sha256:" + path["blobs/sha256/".Length..] : null;
        string step = $"layer {_layers.Count + 1}";
        run.Step(new(step, digest is null ? path : digest["sha256:".Length..][..12], TaskStepState.Running, "unpacking", 0, size));
        long done = 0;
        var counted = new ReportingStream(from, count => run.Step(step, s => s with { Done = done += count }));
        var taken = intake.Take(counted, lease, digest, null, UnpackLimits.Default, run.Stop);
        run.Step(new(step, taken.Layer.DiffId["sha256:".Length..][..12], TaskStepState.Done, "unpacked", size, size));
        _layers[path] = taken;
    }

    private static bool LooksLikeALayer(ReadOnlySpan<byte> start) =>
        Packings.Of(start) != Packing.None
        || (start.Length == 512 && (start.Slice(257, 5).SequenceEqual("ustar"u8) || !start.ContainsAnyExcept((byte)0)));

    /// <summary>Through the archive's own links, a few.</summary>
    private string Real(string path)
    {
        path = Inside(Encoding.UTF8.GetBytes(path), "");
        for (int i = 0; i < 8 && _links.TryGetValue(path, out string? target); i++)
        {
            path = target;
        }
        return path;
    }

    /// <summary>Nothing of it is ever a path on the disk; ".." is resolved as text and cannot leave the archive.</summary>
    private static string Inside(ReadOnlySpan<byte> name, string folder)
    {
        var parts = new Stack<string>(folder.Split('/', StringSplitOptions.RemoveEmptyEntries));
        foreach (string part in Encoding.UTF8.GetString(name).Split('/', StringSplitOptions.RemoveEmptyEntries))
        {
            if (part == "..")
            {
                parts.TryPop(out _);
            }
            else if (part != ".")
            {
                parts.Push(part);
            }
        }
        return string.Join('/', parts.Reverse());
    }
}
