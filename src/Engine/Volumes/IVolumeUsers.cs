namespace Brig.Engine.Volumes;

/// <summary>Those who have volumes, as the volumes see them.</summary>
internal interface IVolumeUsers
{
    /// <summary>By the volume's name.</summary>
    ILookup<string, VolumeUse> VolumeUses();
}
