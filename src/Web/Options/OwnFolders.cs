namespace Brig.Web.Options;

/// <summary>Makes the folders Brig owns, and finds out at start rather than at the first write that it cannot.</summary>
internal static class OwnFolders
{
    private const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute;

    /// <remarks>Nobody else may look from the first moment; a root and a run folder found with another mode the engine closes once it has them.</remarks>
    /// <exception cref="BadOptionException">A folder cannot be made or written.</exception>
    public static void Prepare(BrigOptions options)
    {
        Make("BRIG_ROOT", options.Engine.Root);
        Make("BRIG_RUN", options.Engine.Run);
        Make("BRIG_ROOT", options.Keys);
        File.SetUnixFileMode(options.Keys, OwnerOnly);
    }

    private static void Make(string setting, string folder)
    {
        try
        {
            Directory.CreateDirectory(folder, OwnerOnly);
            string probe = Path.Combine(folder, $".writable-{Environment.ProcessId}");
            using (File.Create(probe, 1, FileOptions.DeleteOnClose))
            {
            }
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new BadOptionException($"{setting} is {folder}, and Brig cannot write there: {e.Message}");
        }
    }
}
