using System.Security.Cryptography;
using Brig.Linux;

namespace Brig.Engine;

/// <summary>
/// Deleting, so that it can be killed half way: a rename into BRIG_ROOT/trash is at once and whole, the slow rest follows
/// and is finished at the next start when it was not.
/// </summary>
internal static class Trash
{
    /// <summary>Gone from where it was when this returns; deleted in the background.</summary>
    public static void Take(EnginePaths paths, string directory)
    {
        if (Rename(paths, directory) is { } trashed)
        {
            ThreadPool.UnsafeQueueUserWorkItem(Delete, trashed, preferLocal: false);
        }
    }

    /// <summary>Deleted when this returns, or at the next start: for those who look how much room that made.</summary>
    public static void TakeAndDelete(EnginePaths paths, string directory)
    {
        if (Rename(paths, directory) is { } trashed)
        {
            Delete(trashed);
        }
    }

    /// <summary>Null: it is not there.</summary>
    private static string? Rename(EnginePaths paths, string directory)
    {
        string trashed = $"{paths.Trash}/{Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(8))}";
        try
        {
            Directory.Move(directory, trashed);
        }
        catch (DirectoryNotFoundException)
        {
            return null;
        }
        return trashed;
    }

    /// <summary>Everything a killed engine left half made or half deleted.</summary>
    public static void Empty(EnginePaths paths)
    {
        Directory.CreateDirectory(paths.Trash);
        foreach (string left in Directory.GetDirectories(paths.Trash))
        {
            Delete(left);
        }
    }

    /// <summary>What cannot be deleted now is tried again at the next start.</summary>
    public static void Delete(string directory)
    {
        try
        {
            TreeDeletion.Delete(directory);
        }
        catch (LinuxException)
        {
        }
    }
}
