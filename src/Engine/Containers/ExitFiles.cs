using Brig.Linux.Wire;

namespace Brig.Engine.Containers;

/// <summary>The file <c>exit</c> a shim leaves.</summary>
internal static class ExitFiles
{
    /// <summary>Null: there is none, or no whole one.</summary>
    public static ExitRecord? TryRead(string folder)
    {
        try
        {
            return ExitRecord.Parse(File.ReadAllText(folder + "/exit"));
        }
        catch (Exception e) when (e is IOException or WireException)
        {
            return null;
        }
    }
}
