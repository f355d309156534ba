namespace Brig.Engine.Ids;

/// <summary>A container's users and groups 0 to 65,535, as the host numbers them: nobody else's, so root inside is nobody outside.</summary>
/// <param name="First">The host's id of the container's root; a multiple of 65,536, so that the lower half of an id is who it is inside.</param>
public readonly record struct UserIds(uint First)
{
    public const uint Size = 65_536;

    public uint Count { get; } = Size;
}
