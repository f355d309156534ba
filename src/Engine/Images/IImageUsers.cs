using System.Collections.Immutable;

namespace Brig.Engine.Images;

/// <summary>Those who are made from images, as the store of images sees them.</summary>
internal interface IImageUsers
{
    /// <summary>The names of those that are made from it.</summary>
    ImmutableArray<string> UsersOf(string digest);
}
