namespace Brig.Tests;

/// <summary>The published shim: <c>BRIG_SHIM</c>, or artifacts/shim/brig-shim of this repository (made by scripts/setup).</summary>
public static class ShimFile
{
    public static string Path { get; } = Find();

    private static string Find()
    {
        if (Environment.GetEnvironmentVariable("BRIG_SHIM") is { Length: > 0 } path)
            return path;
        for (var folder = AppContext.BaseDirectory; folder is not null; folder = System.IO.Path.GetDirectoryName(folder))
            if (File.Exists(System.IO.Path.Combine(folder, "Dashboard.sln")))
                return System.IO.Path.Combine(folder, "artifacts/shim/brig-shim");
        throw new FileNotFoundException("not inside the repository, and BRIG_SHIM is not set");
    }
}
