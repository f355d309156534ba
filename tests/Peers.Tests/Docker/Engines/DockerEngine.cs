using System.Diagnostics;
using System.Globalization;
using Brig.Kernel.Tests.Images;
using Brig.Tests;

namespace Brig.Peers.Tests.Docker.Engines;

/// <summary>
/// Debian's dockerd, with its bridge and its firewall rules. Version 20.10 locks itself up now and then where many containers leave their networks at once (two mutexes of libnetwork, taken in either order):
/// it is ended by force then, and another one takes its place, for what is tested is not dockerd.
/// </summary>
internal sealed class DockerEngine(string folder) : ClientEngine("dockerd", folder), IDisposable
{
    private readonly SemaphoreSlim _replacing = new(1);
    private Process? _daemon;

    public override string Socket => Folder + "/docker.sock";

    /// <summary>How many took another's place.</summary>
    public int Replaced { get; private set; }

    protected override Machine Registries => Machine;

    protected override string HostNetwork => Machine.Network;

    /// <summary>Waits while one takes another's place; <see cref="Replaced"/> then.</summary>
    public async Task<int> AnswersAsync()
    {
        await _replacing.WaitAsync();
        try
        {
            return Replaced;
        }
        finally
        {
            _replacing.Release();
        }
    }

    /// <summary>One does not answer: another takes its place, without containers. Nothing, if that has been done already.</summary>
    /// <param name="before"><see cref="Replaced"/> when it still answered.</param>
    public async Task ReplaceAsync(int before)
    {
        await _replacing.WaitAsync();
        try
        {
            if (Replaced == before)
            {
                await EndByForceAsync();
                Replaced++;
                await LaunchAsync();
                await LoadAsync(Images);
            }
        }
        finally
        {
            _replacing.Release();
        }
    }

    /// <summary>What a check that is made again has left.</summary>
    public Task RemoveAsync(string prefix) => RunAsync(
        $"docker ps -aq --filter name={prefix} | xargs -r docker rm -fv; docker network ls -q --filter name={prefix} | xargs -r docker network rm; docker volume ls -q --filter name={prefix} | xargs -r docker volume rm", Folder);

    public override async ValueTask DisposeAsync()
    {
        if (_daemon is not null)
        {
            bool removed = await RemoveAllAsync();
            _ = Brig.Linux.Libc.kill(_daemon.Id, Brig.Linux.Libc.SIGTERM);
            var ended = _daemon.WaitForExitAsync();
            if (!removed || await Task.WhenAny(ended, Task.Delay(Wait.Scale(TimeSpan.FromSeconds(60)))) != ended)
            {
                await EndByForceAsync();
            }
            await LetGoAsync();
            _daemon.Dispose();
        }
        await base.DisposeAsync();
    }

    public void Dispose() => _replacing.Dispose();

    protected override async Task LaunchAsync()
    {
        // Through a shell, so that its words go to a file and not into a pipe nobody reads. With more subnets than the 31 it has by itself: the checks' networks, which stay, and those of Compose are more at times.
        _daemon = Process.Start("/bin/sh", ["-c", $"exec nsenter --net={Machine.Network} -- dockerd --data-root {Data} --exec-root {Folder}/exec --pidfile {Folder}/pid --host unix://{Socket} " +
            $"--default-address-pool base=172.16.0.0/12,size=20 --storage-driver=overlay2 --cgroup-parent {CgroupParent} --exec-opt native.cgroupdriver=cgroupfs >> {Folder}/log 2>&1"]);
        await Wait.Until(async () => (await Tool.TryAsync("docker", "-H", "unix://" + Socket, "version")).Code == 0, () => "dockerd is ready: " + File.ReadAllText(Folder + "/log"), TimeSpan.FromMinutes(2));
    }

    protected override Task LoadAsync(string archive) => Tool.RunAsync("docker", "-H", "unix://" + Socket, "load", "-i", archive);

    private string Data => string.Create(CultureInfo.InvariantCulture, $"{Folder}/data{Replaced}");

    /// <summary>It, what it started, and its containers.</summary>
    private async Task EndByForceAsync()
    {
        await Wait.Until(() =>
        {
            int[] left = [.. Processes(), .. CgroupProcesses()];
            foreach (int pid in left)
            {
                _ = Brig.Linux.Libc.kill(pid, Brig.Linux.Libc.SIGKILL);
            }
            return left.Length == 0;
        }, "dockerd and its containers are gone");
        await LetGoAsync();
        File.Delete(Folder + "/pid");
        await TempFolder.RemoveAsync(Folder + "/exec");
    }

    /// <summary>Those that name its folder: dockerd, containerd and its shims.</summary>
    private IEnumerable<int> Processes()
    {
        foreach (string process in Directory.GetDirectories("/proc"))
        {
            if (int.TryParse(Path.GetFileName(process), NumberStyles.None, CultureInfo.InvariantCulture, out int pid) && CommandLine(process).Contains(Folder + "/exec", StringComparison.Ordinal))
            {
                yield return pid;
            }
        }
    }

    private static string CommandLine(string process)
    {
        try
        {
            return File.ReadAllText(process + "/stat").Contains(") Z ", StringComparison.Ordinal) ? "" : File.ReadAllText(process + "/cmdline");
        }
        catch (IOException)
        {
            return "";   // it has ended
        }
    }

    /// <summary>The mounts below its folder: of an ended one all its containers', of one that ended by itself what it leaves.</summary>
    private async Task LetGoAsync()
    {
        string[] points = [.. File.ReadLines("/proc/self/mountinfo").Select(line => line.Split(' ')[4]).Where(point => point.StartsWith(Folder + "/", StringComparison.Ordinal)).Reverse()];
        foreach (string point in points)
        {
            await Tool.TryAsync("umount", "-l", point);
        }
    }
}
