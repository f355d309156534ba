using Brig.Engine;
using Brig.Engine.Images;
using Brig.Engine.Images.Registry;
using Brig.Engine.Tasks;
using Brig.Kernel.Tests.Engine;
using Brig.Tests;

namespace Brig.Kernel.Tests.Images;

/// <summary>Against Debian's docker-registry, with skopeo as the second client.</summary>
[Trait("Needs", "peers")]
public class RegistryTests : IAsyncLifetime
{
    private EngineScene _engine = null!;
    private DockerRegistry _registry = null!;
    private string Folder => _engine.Folder;
    private IRegistries Registries => _engine.Get<IRegistries>();
    private ITasks Tasks => _engine.Get<ITasks>();

    public async Task InitializeAsync()
    {
        _engine = await EngineScene.StartAsync();
        _registry = await DockerRegistry.StartAsync(Folder + "/registry");
    }

    public async Task DisposeAsync()
    {
        await _registry.DisposeAsync();
        await _engine.DisposeAsync();
    }

    [Fact]
    public async Task PushAndPull_ByTag_ComeBackAndRun()
    {
        string tag = $"{_registry.Host}/team/tool:1";
        await _engine.Images.TagAsync("brig/busybox", tag);
        string pushed = await PushAsync(tag);
        string seen = await Shell.RunAsync($"skopeo inspect --tls-verify=false --format '{{{{.Digest}}}}' docker://{tag}");
        await _engine.Images.RemoveAsync(tag);
        await _engine.Images.RemoveAsync("brig/busybox");
        Assert.Empty(Directory.GetDirectories(_engine.Paths.Layers));
        string pulled = await PullAsync(tag);
        var image = _engine.Images.Get(tag);

        Assert.Equal(pushed, seen);
        Assert.Equal(pushed, pulled);
        Assert.Equal(pushed, image.Digest);
        Assert.EndsWith("+gzip", Assert.Single(image.Parts).MediaType);
        var container = await _engine.Containers.CreateAsync(new() { Image = tag, Command = ["echo", "pulled"] });
        await _engine.Containers.StartAsync(container.Name);
        await _engine.Containers.WaitAsync(container.Name);
        Assert.Equal(["pulled"], await _engine.OutputAsync(container));
    }

    [Fact]
    public async Task Pull_OfSkopeosIndex_TakesThisMachines()
    {
        await _engine.Images.TagAsync("brig/busybox", $"{_registry.Host}/a:1");
        string digest = await PushAsync($"{_registry.Host}/a:1");
        string index = await IndexAsync("a", digest, "multi");
        await _engine.Images.RemoveAllTagsAsync("brig/busybox");
        string pulled = await PullAsync($"{_registry.Host}/a:multi");

        Assert.Equal(digest, pulled);
        Assert.Equal(digest, _engine.Images.Get($"{_registry.Host}/a@{index}").Digest);
        Assert.Equal(["1", "multi"], (await Registries.TagsAsync($"{_registry.Host}/a")).ToArray());
        Assert.Equal(["multi"], (await Registries.TagsAsync($"{_registry.Host}/a", "ult")).ToArray());
        Assert.Equal(["a"], (await Registries.RepositoriesAsync(_registry.Host)).ToArray());
    }

    [Theory, InlineData("v2s2"), InlineData("oci")]
    public async Task Pull_OfSkopeosPush_Runs(string format)
    {
        await using (var file = File.Create(Folder + "/ours.tar"))
        {
            await _engine.Images.SaveAsync(["brig/busybox"], ArchiveFormat.Docker, file);
        }
        await Shell.RunAsync($"skopeo --insecure-policy copy --format {format} --dest-tls-verify=false docker-archive:{Folder}/ours.tar docker://{_registry.Host}/from/skopeo:2");
        await PullAsync($"{_registry.Host}/from/skopeo:2");
        var image = _engine.Images.Get($"{_registry.Host}/from/skopeo:2");

        Assert.Contains(format == "oci" ? "oci" : "docker", image.MediaType);
        Assert.Equal(_engine.Images.Get("brig/busybox").Layers.ToArray(), image.Layers.ToArray());
    }

    [Fact]
    public async Task Push_ToAnotherRepository_MountsAndSaysExists()
    {
        await _engine.Images.TagAsync("brig/busybox", $"{_registry.Host}/one:1");
        await PushAsync($"{_registry.Host}/one:1");
        await _engine.Images.TagAsync("brig/busybox", $"{_registry.Host}/two:1");
        var second = await EndAsync(await Registries.PushAsync($"{_registry.Host}/two:1"));
        var third = await EndAsync(await Registries.PushAsync($"{_registry.Host}/two:1"));

        Assert.Equal(["mounted", "pushed"], second.Steps.Select(step => step.Phase));   // the layer, the manifest
        Assert.Equal(["exists", "pushed"], third.Steps.Select(step => step.Phase));
    }

    [Fact]
    public async Task Push_TenTagsOfOneImageAtOnce_AllAreThere()
    {
        string[] tags = [.. Enumerable.Range(0, 10).Select(i => $"{_registry.Host}/a:{i}")];
        foreach (string tag in tags)
        {
            await _engine.Images.TagAsync("brig/busybox", tag);
        }
        var ended = await Task.WhenAll(tags.Select(async tag => await EndAsync(await Registries.PushAsync(tag))));

        Assert.Equal(1, ended.Count(task => task.Steps[0].Phase == "pushed"));
        Assert.Equal(10, (await Registries.TagsAsync($"{_registry.Host}/a")).Length);
    }

    [Fact]
    public async Task Login_WrongAndRight_IsKeptEncryptedAndUsed()
    {
        await using var closed = await DockerRegistry.StartAsync(Folder + "/closed", login: true);
        string tag = $"{closed.Host}/secret:1";
        await _engine.Images.TagAsync("brig/busybox", tag);
        var without = await TaskOf(Registries.PushAsync(tag));
        await Registries.SetAsync(closed.Host, new() { Username = "sailor", Password = "wrong" });
        var refused = await Assert.ThrowsAsync<EngineException>(() => Registries.CheckAsync(closed.Host));
        var tried = await Assert.ThrowsAsync<EngineException>(() => Registries.CheckAsync(closed.Host, new RegistryChange { Username = "sailor", Password = "no" }));
        Assert.True(await Registries.CheckAsync(closed.Host, new RegistryChange { Username = "sailor", Password = "secret" }));
        Assert.False(await Registries.CheckAsync(_registry.Host));
        await Registries.SetAsync(closed.Host, new() { Username = "sailor", Password = "secret" });
        await Registries.CheckAsync(closed.Host);
        await PushAsync(tag);
        await _engine.EndAsync();
        string database = string.Concat(Directory.GetFiles(_engine.Root, "brig.db*").Select(File.ReadAllText));
        await _engine.BeginAsync();
        await PullAsync(tag);

        Assert.Contains("login", without.Error);
        Assert.All([without.LoginAt, refused.LoginAt, tried.LoginAt], at => Assert.Equal(closed.Host, at));
        Assert.StartsWith($"The registry {closed.Host} refuses the login of sailor", tried.Message);
        Assert.DoesNotContain(":\"secret\"", database);
        Assert.DoesNotContain("c2FpbG9yOnNlY3JldA", database);
        Assert.Contains("sailor", database);
        Assert.Equal("-rw-------", await Shell.RunAsync($"stat -c %A {_engine.Root}/secret.key"));
    }

    [Fact]
    public async Task Pull_FromAMirror_AndTheRegistryWhenTheMirrorHasNot()
    {
        await using var mirror = await DockerRegistry.StartAsync(Folder + "/mirror");
        await _engine.Images.TagAsync("brig/busybox", $"{mirror.Host}/there:1");
        await PushAsync($"{mirror.Host}/there:1");
        await _engine.Images.TagAsync("brig/busybox", $"{_registry.Host}/only-here:1");
        await PushAsync($"{_registry.Host}/only-here:1");
        await Registries.SetAsync(_registry.Host, new() { Mirrors = [mirror.Host] });

        await PullAsync($"{_registry.Host}/there:1");
        await PullAsync($"{_registry.Host}/only-here:1");
        Assert.Contains($"{_registry.Host}/there:1", _engine.Images.List().SelectMany(image => image.Tags));
    }

    [Fact]
    public async Task Pull_WhatIsNotThere_OneSentence()
    {
        var task = await TaskOf(Registries.PullAsync($"{_registry.Host}/no/such:1"));

        Assert.Equal(EngineTaskState.Failed, task.State);
        Assert.Contains("no image no/such:1", task.Error);
    }

    [Fact]
    public async Task Pull_TenAtOnce_EachLayerIsFetchedOnce()
    {
        await _engine.Images.TagAsync("brig/busybox", $"{_registry.Host}/a:1");
        await PushAsync($"{_registry.Host}/a:1");
        await _engine.Images.RemoveAllTagsAsync("brig/busybox");
        var tasks = await Task.WhenAll(Enumerable.Range(0, 10).Select(_ => Registries.PullAsync($"{_registry.Host}/a:1")));
        var ended = await Task.WhenAll(tasks.Select(EndAsync));

        Assert.Equal(1, ended.Count(task => task.Steps[0].Phase == "pulled"));
        Assert.Equal(9, ended.Count(task => task.Steps[0].Phase == "exists"));
        Assert.Single(Directory.GetDirectories(_engine.Paths.Layers));
    }

    private async Task<string> IndexAsync(string repository, string digest, string tag) => await Shell.RunAsync($$"""
        python3 - <<'END'
        import json, hashlib, urllib.request
        at = 'http://{{_registry.Host}}/v2/{{repository}}/manifests/'
        get = urllib.request.Request(at + '{{digest}}', headers={'Accept': 'application/vnd.oci.image.manifest.v1+json'})
        size = len(urllib.request.urlopen(get).read())
        entry = lambda arch, variant=None: {'mediaType': 'application/vnd.oci.image.manifest.v1+json', 'digest': '{{digest}}', 'size': size, 'platform': {'os': 'linux', 'architecture': arch, **({'variant': variant} if variant else {}) } }
        body = json.dumps({'schemaVersion': 2, 'mediaType': 'application/vnd.oci.image.index.v1+json', 'manifests': [entry('arm64', 'v8'), entry('amd64')]}).encode()
        urllib.request.urlopen(urllib.request.Request(at + '{{tag}}', data=body, method='PUT', headers={'Content-Type': 'application/vnd.oci.image.index.v1+json'}))
        print('sha256:' + hashlib.sha256(body).hexdigest())
        END
        """);

    private async Task<string> PushAsync(string tag) => (await EndAsync(await Registries.PushAsync(tag))).Result!;
    private async Task<string> PullAsync(string reference) => (await EndAsync(await Registries.PullAsync(reference))).Result!;
    private async Task<EngineTask> TaskOf(Task<EngineTask> started) => await Tasks.WaitAsync((await started).Id).WaitAsync(Wait.Scale(TimeSpan.FromMinutes(1)));

    private async Task<EngineTask> EndAsync(EngineTask task)
    {
        var ended = await Tasks.WaitAsync(task.Id).WaitAsync(Wait.Scale(TimeSpan.FromMinutes(1)));
        Assert.True(ended.State == EngineTaskState.Succeeded, ended.Error);
        return ended;
    }
}
