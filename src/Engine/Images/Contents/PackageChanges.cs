using System.Collections.Immutable;

namespace Brig.Engine.Images.Contents;

internal static class PackageChanges
{
    /// <summary>By kind and name; a package may be there in several versions.</summary>
    public static ImmutableArray<PackageChange> Between(ImmutableArray<ImagePackage> before, ImmutableArray<ImagePackage> after)
    {
        var was = before.ToLookup(package => (package.Kind, package.Name), package => package.Version);
        var now = after.ToLookup(package => (package.Kind, package.Name), package => package.Version);
        return [.. was.Select(group => group.Key).Union(now.Select(group => group.Key)).Order()
            .Select(key => new PackageChange(key.Kind, key.Name, [.. was[key].Order(StringComparer.Ordinal)], [.. now[key].Order(StringComparer.Ordinal)]))
            .Where(change => !change.Before.SequenceEqual(change.After))];
    }
}
