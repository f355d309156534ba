using System.Collections.Immutable;
using Brig.Engine.Images;

namespace Brig.Web.Components.Parts.Images;

/// <summary>What each image alone has of the disk, and what it has in common with others. Works on what is in memory: no disk is asked.</summary>
public sealed class ImageShares
{
    private readonly Dictionary<string, int> _owners;
    private readonly ImmutableArray<Image> _all;

    public ImageShares(ImmutableArray<Image> all) =>
        (_all, _owners) = (all, all.SelectMany(image => image.Parts.Select(part => part.DiffId).Distinct()).CountBy(diff => diff).ToDictionary(pair => pair.Key, pair => pair.Value));

    /// <summary>Unpacked, each layer once.</summary>
    public long Total => _all.SelectMany(image => image.Parts).DistinctBy(part => part.DiffId).Sum(part => part.SizeBytes);

    /// <summary>What its removal would free, as far as no build has kept a step of it.</summary>
    public long Own(Image image) => image.Parts.DistinctBy(part => part.DiffId).Where(part => _owners.GetValueOrDefault(part.DiffId) <= 1).Sum(part => part.SizeBytes);

    public long Shared(Image image) => image.Parts.DistinctBy(part => part.DiffId).Where(part => _owners.GetValueOrDefault(part.DiffId) > 1).Sum(part => part.SizeBytes);

    /// <summary>What the removal of all of these would free together.</summary>
    public long Freed(IReadOnlyCollection<Image> gone)
    {
        var stay = _all.Except(gone).SelectMany(image => image.Parts).Select(part => part.DiffId).ToHashSet();
        return gone.SelectMany(image => image.Parts).DistinctBy(part => part.DiffId).Where(part => !stay.Contains(part.DiffId)).Sum(part => part.SizeBytes);
    }
}
