using System.Diagnostics;
using Brig.Tests;

namespace Brig.Kernel.Tests.Images;

/// <summary>A private dockerd: its own data, socket and cgroup; no network, no firewall rules.</summary>
internal sealed class Dockerd : IAsyncDisposable
{
    private readonly string _folder;
    private readonly Process _process;

    private Dockerd(string folder)
    {
        _folder = folder;
        Directory.CreateDirectory(folder);
        _process = Process.Start(new ProcessStartInfo("bash", ["-c",
            $"exec dockerd --data-root {folder}/data --exec-root {folder}/exec --pidfile {folder}/pid -H unix://{folder}/sock --iptables=false --ip6tables=false --bridge=none "
            + $"--cgroup-parent /brig-test-{Environment.ProcessId} --exec-opt native.cgroupdriver=cgroupfs --storage-driver overlay2 > {folder}/log 2>&1"]))!;
    }

    public static async Task<Dockerd> StartAsync(string folder)
    {
        var docker = new Dockerd(folder);
        await Wait.Until(async () =>
        {
            try
            {
                await docker.RunAsync("version");
                return true;
            }
            catch (InvalidOperationException)
            {
                return false;
            }
        }, () => $"dockerd answers; it says {File.ReadAllText(folder + "/log")}", TimeSpan.FromSeconds(60));
        return docker;
    }

    public Task<string> RunAsync(string command) => Shell.RunAsync($"docker -H unix://{_folder}/sock {command}");

    /// <summary>Ends the mount of its data on itself: dockerd leaves it behind where a folder above is a bind mount, as /tmp is in the container of Dockerfile.dev.</summary>
    private static void LetGo(string data) => _ = Brig.Linux.Libc.umount2(data, Brig.Linux.Libc.MNT_DETACH);

    /// <summary>Ends one by SIGTERM, and by force when it does not: version 20.10 locks itself up now and then.</summary>
    /// <param name="folder">Where its <c>data</c> is.</param>
    public static async Task EndAsync(Process daemon, string folder)
    {
        _ = Brig.Linux.Libc.kill(daemon.Id, Brig.Linux.Libc.SIGTERM);
        try
        {
            await daemon.WaitForExitAsync().WaitAsync(Wait.Limit);
        }
        catch (TimeoutException)
        {
            daemon.Kill();
        }
        daemon.Dispose();
        LetGo(folder + "/data");
    }

    public async ValueTask DisposeAsync()
    {
        await EndAsync(_process, _folder);
        await CgroupFolders.RemoveAsync($"brig-test-{Environment.ProcessId}", recursive: true);
    }
}
