namespace Brig.Tests;

/// <summary>A directory of one's own, gone when disposed.</summary>
public sealed class TempFolder : IDisposable
{
    public string Path { get; } = Directory.CreateTempSubdirectory("brig-test-").FullName;

    public void Dispose() => Directory.Delete(Path, recursive: true);
}
