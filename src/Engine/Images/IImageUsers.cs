namespace Brig.Engine.Images;

/// <summary>Those who are made from images, as the store of images sees them.</summary>
internal interface IImageUsers
{
    /// <summary>The name of one that is made from it; null: nobody is.</summary>
    string? UserOf(string digest);
}
