using System.Diagnostics;
using Brig.Peers.Tests.Comparison;
using Brig.Tests;

namespace Brig.Peers.Tests.Docker.Engines;

/// <summary>An engine that listens for Docker's clients, on a machine with a network of its own, with two registries and the images <c>base</c> and <c>rich</c>.</summary>
internal abstract class ClientEngine(string name, string folder) : IAsyncDisposable
{
    /// <summary>Debian's, also where another comes first in the path.</summary>
    private const string Programs = "/usr/sbin:/usr/bin:/sbin:/bin";

    private readonly PeerCgroup _cgroup = new(name);
    private DockerRegistry? _open;
    private DockerRegistry? _closed;

    public string Name => name;
    public abstract string Socket { get; }

    protected string Images => Folder + "/images.tar";

    protected string Folder { get; } = Directory.CreateDirectory(folder).FullName;
    protected Machine Machine { get; } = new();

    /// <summary>Where its cgroups are, and those that a container is told to be below of.</summary>
    protected string CgroupParent => _cgroup.Path;

    /// <summary>What <c>--network host</c> is: the file of a namespace.</summary>
    protected abstract string HostNetwork { get; }

    /// <summary>Where it looks for registries on the loopback; null: the test's own network.</summary>
    protected abstract Machine? Registries { get; }

    public async Task StartAsync()
    {
        _open = await DockerRegistry.StartAsync(Folder + "/open", machine: Registries?.Network);
        _closed = await DockerRegistry.StartAsync(Folder + "/closed", login: true, machine: Registries?.Network);
        await LaunchAsync();
        await CheckImages.WriteAsync(Images);
        await LoadAsync(Images);
    }

    /// <summary>Runs a shell on its machine whose clients find it.</summary>
    public Task<(int? Code, string Output, string Errors)> RunAsync(string script, string folder, params (string Name, string Value)[] environment)
    {
        var start = new ProcessStartInfo("nsenter", ["--net=" + Machine.Network, "--", "bash", "-c", script]) { WorkingDirectory = folder };
        foreach (var (variable, value) in environment.Concat([
            ("DOCKER_HOST", "unix://" + Socket), ("SOCKET", Socket), ("REGISTRY", _open!.Host), ("PRIVATE", _closed!.Host), ("HOST_NETWORK", new FileInfo(HostNetwork).LinkTarget!), ("CGROUP", CgroupParent.TrimStart('/')), ("DOCKER_BUILDKIT", "0"),
            ("HOME", folder), ("DOCKER_CONFIG", folder + "/.docker"), ("PATH", $"{CheckReader.Folder}:{Programs}:{Environment.GetEnvironmentVariable("PATH")}"), ("LC_ALL", "C.UTF-8")]))
        {
            start.Environment[variable] = value;
        }
        return Shell.RunAsync(start);
    }

    public virtual async ValueTask DisposeAsync()
    {
        foreach (var registry in new[] { _open, _closed }.OfType<DockerRegistry>())
        {
            await registry.DisposeAsync();
        }
        Machine.Dispose();
        await _cgroup.DisposeAsync();
    }

    protected abstract Task LaunchAsync();

    /// <param name="archive">As of docker save.</param>
    protected abstract Task LoadAsync(string archive);

    /// <summary>By force, all at once: an engine that ends would wait for each. Volumes too: some are mounts.</summary>
    /// <returns>False: the engine did not do it within two minutes.</returns>
    protected async Task<bool> RemoveAllAsync() =>
        (await RunAsync("docker ps -aq | timeout 120 xargs -r docker rm -fv; gone=$?; docker volume ls -q | timeout 60 xargs -r docker volume rm; (( gone != 124 ))", Folder)).Code == 0;

    /// <summary>Processes in its cgroups.</summary>
    protected IEnumerable<int> CgroupProcesses() => _cgroup.Processes();
}
