namespace Brig.Engine.Isolation;

/// <summary>A kernel setting that belongs to a namespace.</summary>
/// <param name="Inside">Its value in the container; null: not read.</param>
/// <param name="Host">The host's.</param>
/// <param name="Asked">It was asked for in the spec.</param>
public sealed record SysctlRow(string Name, string? Inside, string? Host, bool Asked);
