using System.Diagnostics;
using Brig.Kernel.Tests.Images;
using Brig.Tests;

namespace Brig.Peers.Tests.Comparison;

/// <summary>A dockerd of one's own: own data, own socket, own cgroups, no network, no firewall rules.</summary>
internal sealed class DockerPeer : IAsyncDisposable
{
    private readonly string _folder;
    private readonly PeerCgroup _cgroup = new("docker");
    private readonly Process _daemon;

    public DockerPeer(string folder)
    {
        _folder = folder;
        // Through a shell, so that its words go to a file and not into a pipe nobody reads.
        _daemon = Process.Start("/bin/sh", ["-c", $"exec dockerd --data-root {folder}/data --exec-root {folder}/exec --pidfile {folder}/pid --host unix://{folder}/socket --iptables=false --ip6tables=false --bridge=none " +
            $"--storage-driver=overlay2 --cgroup-parent {_cgroup.Path} --exec-opt native.cgroupdriver=cgroupfs > {folder}/log 2>&1"]);
    }

    public async Task<string[]> SurfacesAsync(string tar)
    {
        await Wait.Until(async () => (await Tool.TryAsync("docker", "-H", Host, "version")).Code == 0, () => "dockerd is ready: " + File.ReadAllText(_folder + "/log"), TimeSpan.FromMinutes(1));
        await Tool.RunAsync("docker", "-H", Host, "import", tar, "probe");
        return (await Tool.RunAsync("docker", "-H", Host, "run", "--rm", "--network", "none", "probe", "/bin/attack", "surfaces")).Split('\n', StringSplitOptions.RemoveEmptyEntries);
    }

    public async Task<string> VersionAsync() => (await Tool.RunAsync("docker", "-H", Host, "version", "--format", "{{.Server.Version}}")).Trim().Split('+')[0];

    private string Host => $"unix://{_folder}/socket";

    public async ValueTask DisposeAsync()
    {
        await Dockerd.EndAsync(_daemon, _folder);
        await _cgroup.DisposeAsync();
    }
}
