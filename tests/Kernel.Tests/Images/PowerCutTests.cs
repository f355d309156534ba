using Brig.Engine.Build;
using Brig.Engine.Images;
using Brig.Engine.Tasks;
using Brig.Kernel.Tests.Build;
using Brig.Kernel.Tests.Engine;
using Brig.Linux;
using Brig.Tests;

namespace Brig.Kernel.Tests.Images;

/// <summary>
/// BRIG_ROOT on an ext4 of its own, in a file. A copy of that file is what a power cut at this moment leaves: all that has reached the disk, and nothing that is only in memory.
/// </summary>
[Trait("Needs", "peers")]
public class PowerCutTests : IAsyncLifetime
{
    private const string Dockerfile = "FROM big:1\nRUN echo built > /made";

    private EngineScene _engine = null!;

    public async Task InitializeAsync()
    {
        _engine = EngineScene.Over(null);
        Directory.CreateDirectory(_engine.Root);
        await Shell.RunAsync($"truncate -s 192M {_engine.Folder}/disk && mkfs.ext4 -q {_engine.Folder}/disk && mount -o loop {_engine.Folder}/disk {_engine.Root}");
        await _engine.BeginAsync();
    }

    public async Task DisposeAsync()
    {
        foreach (var container in _engine.Containers.List())
        {
            await _engine.Containers.RemoveAsync(container.Name, force: true);
        }
        await _engine.EndAsync();
        await UnmountAsync();
        await TempFolder.RemoveAsync(_engine.Folder);
        await CgroupFolders.RemoveAsync(_engine.Paths.Instance);
    }

    [Fact]
    public async Task PowerCut_AfterAnImportAndABuildWereAnswered_EveryByteOfThemIsThere()
    {
        await Shell.RunAsync($"mkdir -p {_engine.Folder}/tree/bin && cd {_engine.Folder}/tree && cp /bin/busybox bin/busybox && ln -s busybox bin/sh && for i in $(seq 500); do head -c 20000 /dev/urandom > f$i; done; tar -cf ../big.tar .");
        await using (var tar = File.OpenRead(_engine.Folder + "/big.tar"))
        {
            await _engine.Images.ImportAsync("big:1", tar, new() { Env = ["PATH=/bin"] });
        }
        await CutAsync();
        Assert.Equal("", await Shell.RunAsync($"diff -r --no-dereference {_engine.Folder}/tree {_engine.Images.Get("big:1").Layers[0]}"));
        await _engine.Images.SaveAsync(["big:1"], ArchiveFormat.Oci, Stream.Null);
        Assert.Equal(_engine.Images.Get("big:1").Parts[0].Digest, "sha256:" + (await Shell.RunAsync($"sha256sum {_engine.Paths.Images}/blobs/sha256/{_engine.Images.Get("big:1").Parts[0].Digest[7..]}"))[..64]);

        var scene = new BuildScene(_engine);
        var built = await scene.BuildAsync(Dockerfile, request => request with { Tags = ["built:1"] });
        await CutAsync();
        scene = new BuildScene(_engine);
        Assert.Equal(built.Digest, _engine.Images.Get("built:1").Digest);
        Assert.Equal("built\n", await File.ReadAllTextAsync(_engine.Images.Get("built:1").Layers[1] + "/made"));
        var again = await scene.RunAsync(Dockerfile);
        Assert.Equal((EngineTaskState.Succeeded, built.Digest), (again.State, again.Result));
        Assert.DoesNotContain(await _engine.Events.ListAsync(), e => e.Action == "damaged");
    }

    /// <summary>Goes on as if the power had gone now.</summary>
    private async Task CutAsync()
    {
        await Shell.RunAsync($"cp --sparse=always {_engine.Folder}/disk {_engine.Folder}/left");
        await _engine.EndAsync();
        await UnmountAsync();
        await Shell.RunAsync($"mv {_engine.Folder}/left {_engine.Folder}/disk && mount -o loop {_engine.Folder}/disk {_engine.Root}");
        await _engine.BeginAsync();
    }

    /// <summary>Waits for whoever still has a file open there: a shim that is about to end, or a child of another test that has our descriptors until it executes.</summary>
    private Task UnmountAsync() => Wait.Until(() => Libc.umount2(_engine.Root, 0) == 0, () => $"{_engine.Root} can be unmounted: {Errno.Name(Errno.Last)}");
}
