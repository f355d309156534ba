namespace Brig.Shim.Look;

/// <summary>What belongs to one entry of the answer.</summary>
/// <param name="First">The instruction that opens it.</param>
/// <param name="End">The one behind its last.</param>
internal sealed record LookPlace(int First, int End, List<LookPart> Parts);
