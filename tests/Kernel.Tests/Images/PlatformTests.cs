using Brig.Engine;
using Brig.Engine.Images;
using Brig.Engine.Images.Registry;
using Brig.Engine.Tasks;
using Brig.Kernel.Tests.Engine;
using Brig.Tests;

namespace Brig.Kernel.Tests.Images;

/// <summary>An image published for several platforms, and names by digest.</summary>
[Trait("Needs", "peers")]
public class PlatformTests : IAsyncLifetime
{
    private EngineScene _engine = null!;
    private DockerRegistry _registry = null!;
    private string Multi => $"{_registry.Host}/team/multi";
    private IImages Images => _engine.Images;

    public async Task InitializeAsync()
    {
        _engine = await EngineScene.StartAsync();
        _registry = await DockerRegistry.StartAsync(_engine.Folder + "/registry");
    }

    public async Task DisposeAsync()
    {
        await _registry.DisposeAsync();
        await _engine.DisposeAsync();
    }

    [Fact]
    public async Task Pull_ForAPlatform_IsThatOneOfTheIndex()
    {
        var (_, own, arm) = await PublishAsync();

        Assert.Equal(own, (await PullAsync($"{Multi}:1")).Result);
        Assert.Equal(arm, (await PullAsync($"{Multi}:1", "arm64")).Result);
        Assert.Equal(("arm64", arm), (Images.Get($"{Multi}:1").Architecture, Images.Get($"{Multi}:1").Digest));
        Assert.Equal(own, (await PullAsync($"{Multi}:1", "linux/x86_64")).Result);
        Assert.Contains("is not published for linux/s390x; it is for linux/amd64, linux/arm64/v8.", (await PullAsync($"{Multi}:1", "linux/s390x")).Error);
        Assert.Contains($"is for linux/amd64, not for linux/arm64.", (await PullAsync($"{Multi}@{own}", "linux/arm64")).Error);
        await Assert.ThrowsAsync<EngineException>(() => _engine.Get<IRegistries>().PullAsync($"{Multi}:1", "no platform"));
    }

    [Fact]
    public async Task Pull_ByDigest_IsCalledByItStaysAndGoesByIt()
    {
        var (index, own, _) = await PublishAsync();
        await Images.RemoveAllTagsAsync("brig/busybox");
        await PullAsync($"{Multi}@{index}");
        await PullAsync($"{Multi}@{own}");
        await _engine.EndAsync();
        await _engine.BeginAsync();     // brings busybox back
        var image = Images.Get($"{Multi}@{index}");

        Assert.Equal(own, image.Digest);
        Assert.Equal(new[] { $"{Multi}@{index}", $"{Multi}@{own}" }.Order(StringComparer.Ordinal), image.Digests.ToArray());
        Assert.Equal((image.Digests[0], false), (image.Reference, image.IsDangling));
        Assert.Empty((await Images.PruneAsync(new())).Removed);
        var container = await _engine.Containers.CreateAsync(new() { Image = image.Reference, Command = ["true"] });
        await _engine.Containers.RemoveAsync(container.Name);
        await Images.RemoveAsync($"{Multi}@{index}");
        Assert.Equal($"{Multi}@{own}", Images.Get(own).Reference);
        await Images.UntagAsync($"{Multi}@{own}");
        Assert.Equal([own], (await Images.PruneAsync(new())).Removed.ToArray());
    }

    [Fact]
    public async Task Push_OfWhatWasPulled_KeepsItsDigestToTheLastByte()
    {
        var (_, own, _) = await PublishAsync();
        await Images.RemoveAllTagsAsync("brig/busybox");
        await PullAsync($"{Multi}:1");
        await using var other = await DockerRegistry.StartAsync(_engine.Folder + "/other");
        await Images.TagAsync($"{Multi}:1", $"{other.Host}/copy:1");
        var pushed = await EndAsync(await _engine.Get<IRegistries>().PushAsync($"{other.Host}/copy:1"));

        Assert.Equal((null, own), (pushed.Error, pushed.Result));
        Assert.Equal(own, await Shell.RunAsync($"skopeo inspect --tls-verify=false --format '{{{{.Digest}}}}' docker://{other.Host}/copy:1"));
    }

    [Fact]
    public async Task Pull_ZstdLayers_RunAndArePushedAsTheyCame()
    {
        await using (var file = File.Create(_engine.Folder + "/ours.tar"))
        {
            await Images.SaveAsync(["brig/busybox"], ArchiveFormat.Oci, file);
        }
        await Shell.RunAsync($"skopeo --insecure-policy copy -q --dest-compress-format zstd --dest-compress --format oci --dest-tls-verify=false oci-archive:{_engine.Folder}/ours.tar docker://{_registry.Host}/packed:1");
        var pulled = await PullAsync($"{_registry.Host}/packed:1");
        Assert.Null(pulled.Error);
        var image = Images.Get($"{_registry.Host}/packed:1");
        await Images.TagAsync(image.Digest, $"{_registry.Host}/again:1");
        var pushed = await EndAsync(await _engine.Get<IRegistries>().PushAsync($"{_registry.Host}/again:1"));

        Assert.EndsWith("tar+zstd", Assert.Single(image.Parts).MediaType);
        Assert.Equal(Images.Get("brig/busybox").Layers.ToArray(), image.Layers.ToArray());
        Assert.Equal(image.Digest, pushed.Result);
    }

    /// <summary>busybox, for this machine and, by its configuration's word, for another; index, own and other digest.</summary>
    private async Task<(string Index, string Own, string Other)> PublishAsync()
    {
        await Images.TagAsync("brig/busybox", $"{Multi}:amd64");
        string own = (await EndAsync(await _engine.Get<IRegistries>().PushAsync($"{Multi}:amd64"))).Result!;
        string[] made = (await Shell.RunAsync($$"""
            python3 - <<'END'
            import json, hashlib, urllib.request, urllib.parse
            base, own = 'http://{{_registry.Host}}/v2/team/multi/', '{{own}}'
            M, I = 'application/vnd.oci.image.manifest.v1+json', 'application/vnd.oci.image.index.v1+json'
            d = lambda b: 'sha256:' + hashlib.sha256(b).hexdigest()
            def call(path, data=None, method='GET', **headers):
                return urllib.request.urlopen(urllib.request.Request(urllib.parse.urljoin(base, path), data=data, method=method, headers=headers))
            raw = call('manifests/' + own, Accept=M).read(); manifest = json.loads(raw)
            config = json.loads(call('blobs/' + manifest['config']['digest']).read()); config['architecture'] = 'arm64'; config['variant'] = 'v8'
            blob = json.dumps(config).encode()
            at = call('blobs/uploads/', b'', 'POST').headers['Location']
            call(at + ('&' if '?' in at else '?') + 'digest=' + d(blob), blob, 'PUT', **{'Content-Type': 'application/octet-stream'})
            manifest['config'].update(digest=d(blob), size=len(blob)); other = json.dumps(manifest).encode()
            call('manifests/' + d(other), other, 'PUT', **{'Content-Type': M})
            entry = lambda b, **p: {'mediaType': M, 'digest': d(b), 'size': len(b), 'platform': {'os': 'linux', **p} }
            index = json.dumps({'schemaVersion': 2, 'mediaType': I, 'manifests': [entry(raw, architecture='amd64'), entry(other, architecture='arm64', variant='v8')]}).encode()
            call('manifests/1', index, 'PUT', **{'Content-Type': I})
            print(d(index), d(other))
            END
            """)).Split(' ');
        await Images.RemoveAsync($"{Multi}:amd64");
        return (made[0], own, made[1]);
    }

    private async Task<EngineTask> PullAsync(string reference, string? platform = null) => await EndAsync(await _engine.Get<IRegistries>().PullAsync(reference, platform));

    private async Task<EngineTask> EndAsync(EngineTask task) => await _engine.Get<ITasks>().WaitAsync(task.Id).WaitAsync(Wait.Scale(TimeSpan.FromMinutes(1)));
}
