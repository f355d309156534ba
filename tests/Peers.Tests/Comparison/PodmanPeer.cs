namespace Brig.Peers.Tests.Comparison;

/// <summary>Podman with storage of its own and runc, because crun refuses machines that have both kinds of cgroups.</summary>
internal sealed class PodmanPeer(string folder) : IAsyncDisposable
{
    private readonly PeerCgroup _cgroup = new("podman");

    public async Task<string[]> SurfacesAsync(string tar)
    {
        await Tool.RunAsync("podman", [.. Own, "import", tar, "probe"]);
        // Its defaults for these two are above the hard limit of some machines, and then nothing starts; no surface depends on them.
        return (await Tool.RunAsync("podman", [.. Own, "run", "--rm", "--network", "none", "--cgroup-parent", _cgroup.Path, "--ulimit", "nofile=1024:1024", "--ulimit", "nproc=1024:1024", "probe", "/bin/attack", "surfaces"]))
            .Split('\n', StringSplitOptions.RemoveEmptyEntries);
    }

    public static async Task<string> VersionAsync() => (await Tool.RunAsync("podman", "version", "--format", "{{.Client.Version}}")).Trim();

    public ValueTask DisposeAsync() => _cgroup.DisposeAsync();

    private string[] Own => ["--root", folder + "/storage", "--runroot", folder + "/run", "--tmpdir", folder + "/tmp", "--cgroup-manager", "cgroupfs", "--storage-driver", "overlay", "--runtime", "runc"];
}
