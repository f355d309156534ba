namespace Brig.Engine.Images;

/// <summary>Who wants layers kept though no image has them, as the store of images sees them.</summary>
internal interface ILayerKeeper
{
    /// <param name="Bytes">Of the layer's files.</param>
    IReadOnlyCollection<(string DiffId, string Blob, long Bytes)> Kept();
}
