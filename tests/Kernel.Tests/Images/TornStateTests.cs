using Brig.Engine;
using Brig.Engine.Images;
using Brig.Engine.Images.Registry;
using Brig.Engine.Tasks;
using Brig.Kernel.Tests.Engine;
using Brig.Tests;

namespace Brig.Kernel.Tests.Images;

/// <summary>What the rows name is not on the disk as they say: a disk that lied, or somebody with rm.</summary>
[Trait("Needs", "peers")]
public class TornStateTests : EngineTest
{
    [Fact]
    public async Task Begin_LayerFolderGone_IsUnpackedAgainAndTold()
    {
        await _engine.EndAsync();
        Directory.Delete(Directory.GetDirectories(_engine.Paths.Layers).Single(), recursive: true);
        await _engine.BeginAsync();
        var container = await _engine.RunAsync("echo whole");
        await _engine.Containers.WaitAsync(container.Name);

        Assert.Equal(["whole"], await _engine.OutputAsync(container));
        Assert.Equal(EngineTaskState.Succeeded, Assert.Single(_engine.Get<ITasks>().List(), task => task.Kind == "repair").State);
        await _engine.TrashIsEmptyAsync();
    }

    [Fact]
    public async Task Create_LayerFolderGoneWhileItRuns_OneSentence()
    {
        Directory.Delete(Directory.GetDirectories(_engine.Paths.Layers).Single(), recursive: true);
        var error = await Assert.ThrowsAsync<EngineException>(() => _engine.CreateAsync("true"));

        Assert.Equal(EngineErrorKind.Unavailable, error.Kind);
        Assert.Contains("is gone from the disk", error.Message);
        Assert.Empty(_engine.Containers.List());
    }

    [Theory]
    [InlineData("layer")]
    [InlineData("manifest")]
    [InlineData("config")]
    public async Task Begin_BlobCutShort_IsToldAndAPullMakesItWhole(string which)
    {
        await using var registry = new FaultyRegistry(plain: FaultyRegistry.LargeTar(30_000));
        Assert.Null((await PullAsync(registry)).Error);
        var image = _engine.Images.Get($"{registry.Host}/a:1");
        string blob = $"{_engine.Paths.Images}/blobs/sha256/{(which == "layer" ? image.Parts[0].Digest : which == "manifest" ? image.Digest : image.ConfigDigest)[7..]}";
        await _engine.EndAsync();
        using (var file = File.OpenWrite(blob))
        {
            file.SetLength(file.Length / 2);
        }
        await _engine.BeginAsync();
        var told = Assert.Single(await _engine.Events.ListAsync(), e => e.Action == "damaged");
        var error = await Assert.ThrowsAsync<EngineException>(() => _engine.Images.SaveAsync([image.Digest], ArchiveFormat.Oci, Stream.Null));

        Assert.Contains("pull, load or build the image again", told.Attributes["reason"]);
        Assert.Contains("is gone from the disk", error.Message);
        Assert.Null((await PullAsync(registry)).Error);
        await _engine.Images.SaveAsync([image.Digest], ArchiveFormat.Oci, Stream.Null);
        Assert.Equal(image.Digest, FaultyRegistry.Digest(await File.ReadAllBytesAsync($"{_engine.Paths.Images}/blobs/sha256/{image.Digest[7..]}")));
    }

    [Fact]
    public async Task Pull_WhatWasHereFromBeforeIsDamaged_AllIsFetchedAgain()
    {
        await using var registry = new FaultyRegistry(plain: FaultyRegistry.LargeTar(300_000));
        registry.Fault = asked => asked.Path.EndsWith(registry.LayerPath) ? asked.Headers.ContainsKey("range") ? new(404, []) : registry.Right(asked) with { CutAfter = 100_000 } : null;
        Assert.NotNull((await PullAsync(registry)).Error);
        string partial = Directory.GetFiles(_engine.Paths.Images + "/partial").Single();
        await File.WriteAllBytesAsync(partial, new byte[new FileInfo(partial).Length]);
        registry.Fault = _ => null;
        var task = await PullAsync(registry);

        Assert.True(task.State == EngineTaskState.Succeeded, task.Error);
        Assert.Empty(Directory.GetFiles(_engine.Paths.Images + "/partial"));
    }

    [Fact]
    public async Task Begin_IndexTorn_IsWrittenAnew()
    {
        await _engine.EndAsync();
        await File.WriteAllTextAsync(_engine.Paths.Images + "/index.json", "");
        await _engine.BeginAsync();

        Assert.Contains(_engine.Images.Get("brig/busybox").Digest, await File.ReadAllTextAsync(_engine.Paths.Images + "/index.json"));
    }

    private async Task<EngineTask> PullAsync(FaultyRegistry registry)
    {
        var task = await _engine.Get<IRegistries>().PullAsync($"{registry.Host}/a:1");
        return await _engine.Get<ITasks>().WaitAsync(task.Id).WaitAsync(Wait.Limit);
    }
}
