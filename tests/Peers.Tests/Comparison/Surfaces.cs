using System.Collections.Immutable;
using Brig.Engine.Containers;
using Brig.Kernel.Tests.Attacks;
using Brig.Kernel.Tests.Engine;
using Brig.Tests;

namespace Brig.Peers.Tests.Comparison;

/// <summary>What can be reached from the default container of three engines on this machine: the lines of <c>attack surfaces</c>.</summary>
public sealed class Surfaces : IAsyncLifetime, IDisposable
{
    private readonly TempFolder _folder = new();

    internal ImmutableHashSet<string> Ours { get; private set; } = [];
    internal ImmutableHashSet<string> Docker { get; private set; } = [];
    internal ImmutableHashSet<string> Podman { get; private set; } = [];
    internal string DockerVersion { get; private set; } = "";
    internal string PodmanVersion { get; private set; } = "";

    public async Task InitializeAsync()
    {
        string tar = _folder.Path + "/root.tar";
        await using (var file = File.Create(tar))
        {
            await AttackImage.WriteAsync(file);
        }
        var (ours, docker, podman) = (BrigAsync(), DockerAsync(tar), PodmanAsync(tar));
        // All of them, also when one fails: the folder they are in goes with this.
        string[][] all = await Task.WhenAll(ours, docker, podman);
        (Ours, Docker, Podman) = ([.. all[0]], [.. all[1]], [.. all[2]]);
    }

    public Task DisposeAsync() => Task.CompletedTask;

    public void Dispose() => _folder.Dispose();

    private static async Task<string[]> BrigAsync()
    {
        await using var engine = await EngineScene.StartAsync();
        await AttackImage.ImportAsync(engine.Images);
        var container = await engine.Containers.CreateAsync(new ContainerSpec { Image = AttackImage.Reference, Command = ["/bin/attack", "surfaces"] });
        await engine.Containers.StartAsync(container.Name);
        await engine.Containers.WaitAsync(container.Name).WaitAsync(Wait.Scale(TimeSpan.FromMinutes(1)));
        return await engine.OutputAsync(container);
    }

    private async Task<string[]> DockerAsync(string tar)
    {
        await using var docker = new DockerPeer(Directory.CreateDirectory(_folder.Path + "/docker").FullName);
        var lines = await docker.SurfacesAsync(tar);
        DockerVersion = await docker.VersionAsync();
        return lines;
    }

    private async Task<string[]> PodmanAsync(string tar)
    {
        await using var podman = new PodmanPeer(Directory.CreateDirectory(_folder.Path + "/podman").FullName);
        PodmanVersion = await PodmanPeer.VersionAsync();
        return await podman.SurfacesAsync(tar);
    }
}
