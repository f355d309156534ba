namespace Brig.Engine.Metrics;

internal static class DiskSize
{
    /// <summary>Bytes of the file system that holds a path, and those that are free; 0 where there is none yet.</summary>
    public static (long Total, long Free) Of(string path)
    {
        try
        {
            DriveInfo drive = new(path);
            return (drive.TotalSize, drive.AvailableFreeSpace);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return (0, 0);
        }
    }
}
