namespace Brig.Engine;

/// <summary>Whether an error means that the disk is full, and the sentence for it.</summary>
internal static class Disk
{
    private const int ENOSPC = 28, EDQUOT = 122;

    public static bool IsFull(string path)
    {
        try
        {
            return new DriveInfo(Path.GetDirectoryName(path)!).AvailableFreeSpace < 64 * 1024;
        }
        catch (IOException)
        {
            return false;
        }
    }

    public static bool IsFull(IOException error) => (error.HResult & 0xffff) is ENOSPC or EDQUOT;

    public static EngineException Full(string path, Exception inner) =>
        EngineException.Unavailable($"The disk that holds {path} is full; free some space and try again.", inner);
}
