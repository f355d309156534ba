using Brig.Engine;
using Brig.Engine.Containers;
using Brig.Engine.Images;
using Brig.Engine.Tasks;
using Brig.Kernel.Tests.Engine;
using Brig.Tests;

namespace Brig.Kernel.Tests.Images;

[Trait("Needs", "peers")]
public class StoreTests : EngineTest
{
    /// <summary>The same for all that a test imports: their layer is shared.</summary>
    private static readonly byte[] s_tar = FaultyRegistry.Tar(("bin/x", "the same"));

    private IImages Images => _engine.Images;

    [Fact]
    public async Task Tags_SeveralOfOneImage_GoOneByOneAndSurviveARestart()
    {
        await Images.TagAsync("brig/busybox", "a/b:1");
        await Images.TagAsync("a/b:1", "docker.io/library/c");
        await _engine.EndAsync();
        await _engine.BeginAsync();
        var image = Assert.Single(Images.List());
        Assert.Equal(["a/b:1", "brig/busybox:latest", "c:latest"], image.Tags.ToArray());
        Assert.Equal(image.Digest, Images.Get("c").Digest);
        Assert.Equal(image.Digest, Images.Get(image.ConfigDigest[7..20]).Digest);
        await Assert.ThrowsAsync<EngineException>(() => Images.RemoveAsync(image.Digest));
        await Images.RemoveAsync("a/b:1");
        await Images.UntagAsync("c");
        await Images.UntagAsync("brig/busybox");

        Assert.True(Assert.Single(Images.List()).IsDangling);
        Assert.Equal([image.Digest], (await Images.PruneAsync(new())).Removed.ToArray());
        Assert.Empty(Directory.GetDirectories(_engine.Paths.Layers));
        Assert.Empty(Directory.GetFiles(_engine.Paths.Images + "/blobs/sha256"));
    }

    [Fact]
    public async Task Prune_ByLabelAndAge_TakesThoseAndNotWhatIsUsed()
    {
        await ImportAsync("old:1", ("stage", "test"));
        await ImportAsync("old:2", ("stage", "live"));
        var used = await ImportAsync("old:3", ("stage", "test"));
        await _engine.Containers.CreateAsync(new() { Image = "old:3", Command = ["x"] });

        Assert.Empty((await Images.PruneAsync(new(Dangling: false, OlderThan: TimeSpan.FromHours(1)))).Removed);
        Assert.Empty((await Images.PruneAsync(new(Dangling: false, Labels: ["stage=none"]))).Removed);
        Assert.Equal(["old:1"], (await Images.PruneAsync(new(Dangling: false, Labels: ["stage=test"]))).Removed.ToArray());
        var usage = await Images.UsageAsync();
        Assert.Single(usage.Images.Single(image => image.Digest == used.Digest).UsedBy);
        Assert.True(usage.Images.Single(image => image.Digest == used.Digest).SharedBytes > 0);
    }

    [Fact]
    public async Task Remove_AgainstCreates_NeverLeavesAContainerWithoutItsImage()
    {
        for (int round = 0; round < 15; round++)
        {
            await ImportAsync("race:1", ("round", $"{round}"));
            var creates = Enumerable.Range(0, 4).Select(_ => Task.Run(() => _engine.Containers.CreateAsync(new() { Image = "race:1", Command = ["x"] }))).ToArray();
            var remove = Task.Run(() => Images.RemoveAllTagsAsync("race:1"));
            await Task.WhenAll([.. creates, remove]).ContinueWith(_ => { }, TaskScheduler.Default);
            bool isThere = Images.List().Any(image => image.Tags.Contains("race:1"));

            Assert.Equal(creates.Any(create => create.IsCompletedSuccessfully), isThere);
            Assert.All(creates.Where(create => create.IsFaulted), create => Assert.IsType<EngineException>(create.Exception!.InnerException));
            foreach (var made in creates.Where(create => create.IsCompletedSuccessfully))
            {
                await _engine.Containers.RemoveAsync((await made).Id.Value);
            }
        }
    }

    [Fact]
    public async Task Load_EngineKilled9AtAnyMoment_TheImageIsThereOrNothingOfIt()
    {
        await using (var file = File.Create(_engine.Folder + "/saved.tar"))
        {
            await ImportAsync("two:1", ("x", "y"));
            await Images.SaveAsync(["two:1", "brig/busybox"], ArchiveFormat.Docker, file);
        }
        await using var scene = new EngineScene();
        for (int round = 0; round < 4; round++)
        {
            using (var brig = await Engine.BrigProcess.StartAsync(scene))
            {
                var load = brig.TryUploadAsync("images/-/load", _engine.Folder + "/saved.tar");
                await Task.WhenAny(load, Task.Delay(TimeSpan.FromMilliseconds(40 * round)));
                await brig.KillAsync();
                await load;
            }
            await scene.BeginAsync();
            foreach (var image in scene.Images.List())
            {
                Assert.All(image.Parts, part => Assert.True(Directory.Exists(part.Directory)));
                await scene.Images.SaveAsync([image.Digest], ArchiveFormat.Oci, Stream.Null);
            }
            Assert.Equal(scene.Images.List().SelectMany(image => image.Parts.Select(part => part.Directory)).Distinct().Order(), Directory.GetDirectories(scene.Paths.Layers).Order());
            await scene.TrashIsEmptyAsync();
            Assert.DoesNotContain(scene.Get<ITasks>().List(), task => task.State == EngineTaskState.Running);
            foreach (var image in scene.Images.List().Where(image => image.Reference != "brig/busybox:latest"))
            {
                await scene.Images.RemoveAllTagsAsync(image.Digest);
            }
            await scene.EndAsync();
        }
    }

    [Fact]
    public async Task Load_LayerNamesNoParents_TheyKeepWhatTheBaseGaveThem()
    {
        await Shell.RunAsync($$"""
            mkdir -p {{_engine.Folder}}/a/tmp {{_engine.Folder}}/a/srv {{_engine.Folder}}/b/tmp {{_engine.Folder}}/b/srv/new; cd {{_engine.Folder}}
            chmod 1777 a/tmp; chown 33:34 a/srv; chmod 750 a/srv; echo x > b/tmp/file; echo y > b/srv/new/file
            tar -C a -cf base.tar tmp srv; tar -C b -cf top.tar tmp/file srv/new/file
            python3 - <<'END'
            import json, hashlib, tarfile, io
            d = lambda p: hashlib.sha256(open(p, 'rb').read()).hexdigest()
            config = json.dumps({'architecture': 'amd64', 'os': 'linux', 'rootfs': {'type': 'layers', 'diff_ids': ['sha256:' + d('base.tar'), 'sha256:' + d('top.tar')] } }).encode()
            with tarfile.open('archive.tar', 'w') as t:
                t.add('base.tar'); t.add('top.tar')
                for name, data in (('config.json', config), ('manifest.json', json.dumps([{'Config': 'config.json', 'RepoTags': ['implied:1'], 'Layers': ['base.tar', 'top.tar']}]).encode())):
                    i = tarfile.TarInfo(name); i.size = len(data); t.addfile(i, io.BytesIO(data))
            END
            """);
        await using var archive = File.OpenRead(_engine.Folder + "/archive.tar");
        var image = Assert.Single(await Images.LoadAsync(archive));

        Assert.Equal("1777 0:0\n750 33:34\n755 0:0", await Shell.RunAsync($"stat -c '%a %u:%g' {image.Layers[1]}/tmp {image.Layers[1]}/srv {image.Layers[1]}/srv/new"));
    }

    private async Task<Image> ImportAsync(string name, (string Key, string Value) label)
    {
        var tar = new MemoryStream(s_tar);
        return await Images.ImportAsync(name, tar, new() { Labels = System.Collections.Immutable.ImmutableDictionary<string, string>.Empty.Add(label.Key, label.Value) });
    }
}
