using System.Formats.Tar;
using Brig.Engine;
using Brig.Engine.Containers;
using Brig.Engine.Images;
using Brig.Engine.Volumes;
using Brig.Kernel.Tests.Engine;

namespace Brig.Kernel.Tests.Volumes;

/// <summary>Volumes in an engine of one's own; what they mounted is gone with it.</summary>
public sealed class VolumeScene(EngineScene engine) : IAsyncDisposable
{
    public EngineScene Engine { get; } = engine;
    public IVolumes Volumes => Engine.Get<IVolumes>();
    public IContainers Containers => Engine.Containers;

    public static async Task<VolumeScene> StartAsync() => new(await EngineScene.StartAsync());

    public static MountSpec Mount(string? name, string target = "/data") => new(MountKind.Volume, name, target);

    /// <summary>What a container's script prints with these mounts, until it ends.</summary>
    public Task<string[]> PrintsAsync(string script, params MountSpec[] mounts) => PrintsAsync(script, spec => spec with { Mounts = [.. mounts] });

    public async Task<string[]> PrintsAsync(string script, Func<ContainerSpec, ContainerSpec> spec)
    {
        var container = await Engine.RunAsync(script, spec);
        await Containers.WaitAsync(container.Id.Value);
        string[] output = await Engine.OutputAsync(container);
        await Containers.RemoveAsync(container.Id.Value);
        return output;
    }

    /// <summary>An image with busybox and what the tar holds.</summary>
    public async Task<Image> ImageAsync(string reference, Action<TarWriter> content, params string[] volumes)
    {
        var busybox = Engine.Images.Get("brig/busybox");
        using var tar = new MemoryStream();
        await using (var writer = new TarWriter(tar, TarEntryFormat.Pax, leaveOpen: true))
        {
            content(writer);
            await writer.WriteEntryAsync(new PaxTarEntry(TarEntryType.Directory, "bin/") { Mode = (UnixFileMode)0x1ED });
            await writer.WriteEntryAsync(busybox.Layers[0] + "/bin/busybox", "bin/busybox");
            await writer.WriteEntryAsync(new PaxTarEntry(TarEntryType.SymbolicLink, "bin/sh") { LinkName = "busybox" });
        }
        tar.Position = 0;
        return await Engine.Images.ImportAsync(reference, tar, new() { Volumes = [.. volumes], Env = ["PATH=/bin"] });
    }

    public async ValueTask DisposeAsync()
    {
        try
        {
            foreach (var container in Containers.List())
            {
                await Containers.RemoveAsync(container.Id.Value, force: true);
            }
            await Volumes.PruneAsync(new(All: true));
        }
        finally
        {
            await Engine.DisposeAsync();
        }
    }
}
