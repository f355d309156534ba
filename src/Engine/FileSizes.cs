namespace Brig.Engine;

/// <summary>How large files are which may go while they are looked at.</summary>
internal static class FileSizes
{
    /// <returns>Bytes.</returns>
    public static long Sum(IEnumerable<FileInfo> files) => files.Sum(Of);

    /// <returns>Bytes; 0 of one that is gone.</returns>
    public static long Of(FileInfo file)
    {
        try
        {
            return file.Length;
        }
        catch (FileNotFoundException)
        {
            return 0;
        }
    }
}
