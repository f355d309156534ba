using System.Collections.Immutable;

namespace Brig.Engine.Images;

/// <summary>The images in memory, and those who follow them. Read without waiting; changed by <see cref="ImageStore"/> alone.</summary>
internal sealed class ImageTable
{
    private readonly Lock _gate = new();
    private readonly Feed<ImageChange> _feed;
    private volatile ImmutableDictionary<string, Image> _byDigest = ImmutableDictionary<string, Image>.Empty;

    public ImageTable() => _feed = new(_gate);

    public IEnumerable<Image> All => _byDigest.Values;

    public ImmutableArray<Image> List() => Ordered(_byDigest);

    public Live<Image, ImageChange> Follow()
    {
        lock (_gate)
        {
            return _feed.Follow(Ordered(_byDigest));
        }
    }

    public Image? TryByDigest(string digest) => _byDigest.GetValueOrDefault(digest);

    public Image? TryByTag(string tag) => _byDigest.Values.FirstOrDefault(image => image.Names.Contains(tag));

    public void Set(Image image)
    {
        lock (_gate)
        {
            _byDigest = _byDigest.SetItem(image.Digest, image);
            _feed.Publish(new(image.Digest, image));
        }
    }

    public void Remove(string digest)
    {
        lock (_gate)
        {
            _byDigest = _byDigest.Remove(digest);
            _feed.Publish(new(digest, null));
        }
    }

    public void End()
    {
        lock (_gate)
        {
            _feed.End();
        }
    }

    /// <exception cref="EngineException">NotFound with the nearest names; Conflict when several digests start so; Invalid when it can be no reference.</exception>
    public Image Find(string reference)
    {
        var images = _byDigest;
        string hex = reference.StartsWith("sha256:", StringComparison.Ordinal) ? reference["sha256:".Length..] : reference;
        bool isHex = hex.Length is >= 4 and <= 64 && hex.All(char.IsAsciiHexDigitLower);
        bool isDigest = isHex && (hex.Length == 64 || hex.Length != reference.Length);
        if (!isDigest && TryNamed(images, reference) is { } named)
        {
            return named;
        }
        var starting = isHex ? Starting(images, hex) : [];
        return starting.Length switch
        {
            1 => starting[0],
            0 => throw EngineException.NotFound($"There is no image \"{Text.Short(reference)}\" on this machine.{Near.Hint(reference, images.Values.SelectMany(image => image.Tags).Select(Repository).Distinct())}"),
            _ => throw EngineException.Conflict($"More than one image's digest starts with {hex}; give more digits."),
        };
    }

    private static Image? TryNamed(ImmutableDictionary<string, Image> images, string reference)
    {
        var name = ImageName.Parse(reference);
        if (name.Digest is { } digest)
        {
            return images.GetValueOrDefault(digest) ?? images.Values.FirstOrDefault(image => Digests(image).Contains(digest));
        }
        string tag = name.ToString();
        return images.Values.FirstOrDefault(image => image.Tags.Contains(tag));
    }

    /// <summary>At most two. Of several manifests of one configuration the one that is named whole, else any: the same files, run in the same way.</summary>
    private static Image[] Starting(ImmutableDictionary<string, Image> images, string hex) => images.GetValueOrDefault("sha256:" + hex) is { } whole
        ? [whole]
        : [.. images.Values.Where(image => Digests(image).Any(digest => digest.AsSpan("sha256:".Length).StartsWith(hex))).OrderBy(image => image.Reference, StringComparer.Ordinal)
            .DistinctBy(image => image.ConfigDigest.Length > 0 ? image.ConfigDigest : image.Digest).Take(2)];

    private static IEnumerable<string> Digests(Image image) =>
        [image.Digest, image.ConfigDigest, .. image.PulledBy, .. image.Published.Select(published => published[(published.IndexOf('@', StringComparison.Ordinal) + 1)..])];

    private static string Repository(string tag) => tag[..tag.LastIndexOf(':')];

    private static ImmutableArray<Image> Ordered(ImmutableDictionary<string, Image> images) =>
        [.. images.Values.OrderBy(image => image.IsDangling).ThenBy(image => image.Reference, StringComparer.Ordinal)];
}
