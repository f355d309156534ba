namespace Brig.Engine.Images.Contents;

/// <summary>What a layer did to those below it. Directories are not counted, what is removed with one is.</summary>
/// <param name="Index">The lowest is 0.</param>
/// <param name="AddedBytes">Of the files added, and of what changed ones have now.</param>
/// <param name="HiddenBytes">Of its own files that later layers replace or remove: carried along, seen by nobody.</param>
public sealed record LayerContents(int Index, int Added, int Changed, int Removed, long AddedBytes, long HiddenBytes);
