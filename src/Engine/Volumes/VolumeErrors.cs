using Brig.Linux;

namespace Brig.Engine.Volumes;

/// <summary>What the disk says to work on volumes, as a sentence.</summary>
internal static class VolumeErrors
{
    /// <param name="what">Begins the sentence, as "The volume could not be made".</param>
    public static Exception Sentence(Exception error, string what) => error switch
    {
        EngineException or OperationCanceledException => error,
        LinuxException { Errno: Errno.ENOSPC or Errno.EDQUOT } => EngineException.Unavailable($"{what}: the disk is full; free some space and try again.", error),
        IOException full when Disk.IsFull(full) => EngineException.Unavailable($"{what}: the disk is full; free some space and try again.", error),
        LinuxException or IOException or UnauthorizedAccessException => EngineException.Failed($"{what}: {error.Message.TrimEnd('.')}.", error),
        _ => error,
    };
}
