using Brig.Engine;
using Brig.Engine.Containers;
using Brig.Engine.Events;
using Brig.Engine.Images;
using Brig.Engine.Logs;
using Brig.Engine.Pods;
using Brig.Tests;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace Brig.Kernel.Tests.Engine;

/// <summary>An engine of one's own over folders of its own. It can be ended and begun again; disposed, everything it made is gone.</summary>
public sealed class EngineScene : IAsyncDisposable
{
    private ServiceProvider? _services;

    public EngineScene(string? root = null)
    {
        // Short: the path of a shim's socket lies below it.
        Folder = root ?? Directory.CreateTempSubdirectory("be").FullName;
        Options = new() { Root = Folder + "/root", Run = Folder + "/run", Shim = ShimFile.Path, DefaultNetwork = null };   // none: the machine's firewall is nobody's to test with
    }

    public string Folder { get; }
    public EngineOptions Options { get; set; }
    /// <summary>What the engine is to have in place of its own, before it begins.</summary>
    public Action<IServiceCollection>? Services { get; init; }

    public string Root => Options.Root;
    public string Run => Options.Run;
    public EnginePaths Paths => new(Options);

    public IContainers Containers => Get<IContainers>();
    public IImages Images => Get<IImages>();
    public IEvents Events => Get<IEvents>();
    public ILogs Logs => Get<ILogs>();

    public bool IsBegun => _services is not null;

    public T Get<T>() where T : notnull => _services!.GetRequiredService<T>();

    /// <summary>Not begun yet.</summary>
    public static EngineScene Over(string? folder) => new(folder);

    public static async Task<EngineScene> StartAsync()
    {
        var scene = new EngineScene();
        await scene.BeginAsync();
        return scene;
    }

    public async Task BeginAsync()
    {
        var services = new ServiceCollection();
        Services?.Invoke(services);
        _services = services.AddBrigEngine(Options).BuildServiceProvider();
        foreach (var service in _services.GetServices<IHostedService>())
        {
            await service.StartAsync(CancellationToken.None);
        }
    }

    /// <summary>As at an upgrade: containers go on.</summary>
    public async Task EndAsync()
    {
        if (_services is null)
        {
            return;
        }
        foreach (var service in _services.GetServices<IHostedService>().Reverse())
        {
            await service.StopAsync(CancellationToken.None);
        }
        await _services.DisposeAsync();
        _services = null;
    }

    /// <summary>A busybox container; its command is a shell's script unless it is a program with arguments.</summary>
    public Task<Container> CreateAsync(string script, Func<ContainerSpec, ContainerSpec>? spec = null)
    {
        var asked = new ContainerSpec { Image = "brig/busybox", Command = ["sh", "-c", script] };
        return Containers.CreateAsync(spec?.Invoke(asked) ?? asked);
    }

    public async Task<Container> RunAsync(string script, Func<ContainerSpec, ContainerSpec>? spec = null) =>
        await Containers.StartAsync((await CreateAsync(script, spec)).Id.Value);

    /// <summary>Everything it wrote, line by line.</summary>
    public async Task<string[]> OutputAsync(Container container)
    {
        var lines = new List<string>();
        await foreach (var batch in Logs.ReadAsync(container.Id.Value, new LogQuery()))
        {
            lines.AddRange(batch.Lines.Select(line => line.Text));
        }
        return [.. lines];
    }

    public Task UntilAsync(Container container, Func<Container, bool> condition, string what) =>
        Wait.Until(() => condition(Containers.Get(container.Id.Value)), () => $"{what}; it is {Containers.Get(container.Id.Value).State}");

    /// <summary>The host's mounts that are of something of this engine's, or on it; others' come and go meanwhile.</summary>
    public string[] Mounts() => [.. File.ReadAllLines("/proc/self/mountinfo").Where(line => line.Contains(Folder, StringComparison.Ordinal))];

    /// <summary>What lies in the kernel and on disk for this container: nothing, once it is removed.</summary>
    public string[] Traces(ContainerId id)
    {
        var found = new List<string>();
        found.AddRange(CgroupFolders.Of($"{Paths.Instance}/{id}"));
        found.AddRange(new[] { Paths.Container(id), Paths.Shim(id) }.Where(Directory.Exists));
        found.AddRange(File.ReadAllLines("/proc/self/mountinfo").Where(line => line.Contains(id.Value, StringComparison.Ordinal)));
        return [.. found];
    }

    /// <summary>What was thrown away is deleted, in the background.</summary>
    public Task TrashIsEmptyAsync() => Wait.Until(() => Directory.GetFileSystemEntries(Paths.Trash).Length == 0, () => $"the trash is emptied; in it are {string.Join(", ", Directory.GetFileSystemEntries(Paths.Trash))}");

    public async ValueTask DisposeAsync()
    {
        if (_services is null)
        {
            await BeginAsync();
        }
        foreach (var pod in Get<IPods>().List())
        {
            await Get<IPods>().RemoveAsync(pod.Id.Value, force: true);
        }
        foreach (var container in Containers.List())
        {
            await Containers.RemoveAsync(container.Id.Value, force: true);
        }
        await Wait.Until(() => Directory.GetDirectories(Paths.Containers).Length == 0, "the folders of containers are deleted");
        await EndAsync();
        await CgroupFolders.RemoveAsync(Paths.Instance);
        await TempFolder.RemoveAsync(Folder);   // the engine may still be deleting a part of it
    }
}
