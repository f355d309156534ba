namespace Brig.Tests;

/// <summary>A directory of one's own, gone when disposed.</summary>
public sealed class TempFolder(string prefix = "brig-test-") : IDisposable
{
    public string Path { get; } = Directory.CreateTempSubdirectory(prefix).FullName;

    public string In(string name) => System.IO.Path.Combine(Path, name);

    public void Dispose() => Remove(Path);

    /// <summary>Deletes a directory with all that is in it, as soon as it can be: a process that was just ended may write its last file a moment longer, or still have a mount there.</summary>
    /// <exception cref="TimeoutException">It cannot be deleted; with what is in it.</exception>
    public static Task RemoveAsync(string folder)
    {
        string? why = null;
        return Wait.Until(() => TryRemove(folder, out why), () => $"{folder} can be deleted: {why} In it are {string.Join(", ", Entries(folder))}");
    }

    /// <inheritdoc cref="RemoveAsync"/>
    public static void Remove(string folder)
    {
        if (!TryRemove(folder, out _))
        {
            Task.Run(() => RemoveAsync(folder)).GetAwaiter().GetResult();
        }
    }

    private static bool TryRemove(string folder, out string? why)
    {
        why = null;
        try
        {
            Directory.Delete(folder, recursive: true);
            return true;
        }
        catch (IOException e)
        {
            why = e.Message;
            return !Directory.Exists(folder);
        }
    }

    private static string[] Entries(string folder) => Directory.Exists(folder) ? Directory.GetFileSystemEntries(folder) : [];
}
