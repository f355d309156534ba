using System.Security.Cryptography;
using Brig.Engine.Events;
using Brig.Engine.Tasks;

namespace Brig.Engine.Images;

/// <summary>
/// Looks at the start whether what the rows name is on the disk: a disk that lied about a sync, or somebody with rm, may have taken it. A layer that is gone is unpacked again
/// from its blob. A blob that is gone or cut short cannot be made here: that is told, and the next pull or load of the image brings it.
/// </summary>
internal sealed class ImageMender(ImageTable table, BlobStore blobs, LayerStore layers, Intake intake, Durability durability, Leases leases, TaskBoard tasks, EventLog events)
{
    /// <summary>Before any container is started. What cannot be mended is told and stops nothing.</summary>
    public async Task MendAsync(CancellationToken stop)
    {
        var images = table.List();
        foreach (var image in images)
        {
            if (Lost(image) is { } what)
            {
                events.Add("image", "damaged", image.Digest, image.Reference, ("reason", $"{what} is gone from the disk or damaged; pull, load or build the image again."));
            }
        }
        var gone = images.Where(image => image.Parts.Any(part => !Directory.Exists(part.Directory) && blobs.Has(part.Digest))).ToArray();
        if (gone.Length > 0)
        {
            await tasks.RunAsync("repair", string.Join(", ", gone.Select(image => image.Reference)), async run => (await UnpackAsync(gone, run), (string?)null), stop);
        }
    }

    private async Task<bool> UnpackAsync(Image[] images, TaskRun run)
    {
        using var lease = leases.New();
        foreach (var image in images)
        {
            foreach (var part in image.Parts.DistinctBy(part => part.DiffId).Where(part => !Directory.Exists(part.Directory) && blobs.Has(part.Digest)))
            {
                try
                {
                    await OwnThread.RunAsync(() => intake.Unpack(part.Digest, part.DiffId, lease, UnpackLimits.Default, run.Stop));
                    run.Line($"The layer {part.DiffId} of {image.Reference} was gone from the disk; it is unpacked again.");
                }
                catch (EngineException e)
                {
                    run.Line($"The layer {part.DiffId} of {image.Reference} is gone from the disk, and cannot be unpacked again: {e.Message}");
                }
            }
            layers.Inherit([.. image.Parts.Select(part => layers.Find(part.DiffId)).OfType<StoredLayer>()]);
        }
        await durability.ReachAsync(run.Stop);
        return true;
    }

    /// <summary>What it lacks and cannot get here. Damaged blobs are taken away, so that they are fetched again.</summary>
    private string? Lost(Image image)
    {
        foreach (var part in image.Parts.Where(part => blobs.Has(part.Digest) && blobs.Size(part.Digest) != part.BlobBytes))
        {
            blobs.Drop(part.Digest);
        }
        foreach (string document in new[] { image.Digest, image.ConfigDigest }.Where(blobs.Has))
        {
            if ("sha256:" + Convert.ToHexStringLower(SHA256.HashData(blobs.Read(document))) != document)
            {
                blobs.Drop(document);
            }
        }
        return !blobs.Has(image.Digest) ? "its manifest" : !blobs.Has(image.ConfigDigest) ? "its configuration"
            : image.Parts.FirstOrDefault(part => !blobs.Has(part.Digest)) is { } lost ? $"the blob {lost.Digest}" : null;
    }
}
