namespace Brig.Engine.Containers;

/// <summary>How much of its output a container's log keeps, in place of what the engine is set to.</summary>
/// <param name="Off">Nothing is kept; whoever is attached sees what comes meanwhile.</param>
/// <param name="MaxSize">Bytes of one file; at least 32 KiB. Null: the engine's.</param>
/// <param name="MaxFiles">The oldest of more goes. Null: the engine's.</param>
public sealed record LogSpec(bool Off = false, long? MaxSize = null, int? MaxFiles = null)
{
    /// <summary>Two of the longest lines fit.</summary>
    public const long LeastSize = 32 * 1024;
    public const int MostFiles = 1000;

    /// <exception cref="EngineException">Invalid.</exception>
    internal void Check()
    {
        if (MaxSize < LeastSize || MaxFiles is < 1 or > MostFiles)
        {
            throw EngineException.Invalid($"A log has files of at least {LeastSize} bytes, and 1 to {MostFiles} of them.");
        }
        if (Off && (MaxSize ?? MaxFiles) is not null)
        {
            throw EngineException.Invalid("A log that is off has no size; leave out one of the two.");
        }
    }
}
