using System.Diagnostics;

namespace Brig.Kernel.Tests.Engine;

/// <summary>A tmpfs of the test's own on a folder of its own, for as long as it is needed.</summary>
internal sealed class HostMount : IDisposable
{
    public HostMount(string path, bool shared)
    {
        Path = Directory.CreateDirectory(path).FullName;
        Run("mount", "-t", "tmpfs", "-o", "size=16m", "brig-test", Path);
        Run("mount", shared ? "--make-shared" : "--make-private", Path);
    }

    public string Path { get; }

    public void Dispose() => Run("umount", "-R", "-l", Path);

    private static void Run(params string[] command)
    {
        using var process = Process.Start(command[0], command[1..]);
        process.WaitForExit();
        Assert.Equal(0, process.ExitCode);
    }
}
