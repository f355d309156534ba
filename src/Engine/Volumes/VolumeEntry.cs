namespace Brig.Engine.Volumes;

/// <summary>What the engine holds of one volume, under the table's lock.</summary>
internal sealed class VolumeEntry(Volume volume)
{
    /// <summary>Without its users, who are asked when somebody looks.</summary>
    public Volume Now { get; set; } = volume;

    /// <summary>Works that need it to stay: a container being made, a copy, an upload.</summary>
    public List<string> Holders { get; } = [];

    /// <summary>How long the last measuring took.</summary>
    public TimeSpan Measuring { get; set; }
}
