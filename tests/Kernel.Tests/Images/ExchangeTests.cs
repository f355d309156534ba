using Brig.Engine;
using Brig.Engine.Containers;
using Brig.Engine.Images;
using Brig.Engine.Tasks;
using Brig.Kernel.Tests.Engine;
using Brig.Tests;

namespace Brig.Kernel.Tests.Images;

/// <summary>Docker, podman and skopeo on the other side.</summary>
[Trait("Needs", "peers")]
public class ExchangeTests : EngineTest
{
    private string Folder => _engine.Folder;

    [Fact]
    public async Task Load_OfDockerSave_RunsAndGoesBackToDockerAndRunsThere()
    {
        await using var docker = await Dockerd.StartAsync(Folder + "/docker");
        await MakeDockerImageAsync(docker);
        await docker.RunAsync($"save -o {Folder}/saved.tar two/layers:1 two/layers:again base");
        var loaded = await LoadAsync($"{Folder}/saved.tar");
        var image = _engine.Images.Get("two/layers:1");

        Assert.Equal(["base:latest", "two/layers:1", "two/layers:again"], loaded.SelectMany(i => i.Tags).Order());
        Assert.Equal(2, image.Parts.Length);
        Assert.Equal(await docker.RunAsync("inspect -f '{{.Id}}' two/layers:1"), image.ConfigDigest);
        Assert.Equal(["gone: no", "here: 2", "opaque: new", "uid: 1000"], await RunAsync(image, CheckScript));
        await SaveAsync($"{Folder}/ours.tar", ArchiveFormat.Docker, "two/layers:1");
        await docker.RunAsync("rmi two/layers:1 two/layers:again");
        await docker.RunAsync($"load -i {Folder}/ours.tar");
        string inDocker = await docker.RunAsync($"run --rm --network none two/layers:1 sh -c '{CheckScript}'");
        Assert.Equal(["gone: no", "here: 2", "opaque: new", "uid: 1000"], inDocker.Split('\n'));
    }

    [Theory]
    [InlineData("docker-archive")]
    [InlineData("oci-archive")]
    public async Task Load_OfPodmanSave_Runs(string format)
    {
        string podman = $"podman --root {Folder}/podman --runroot {Folder}/podman-run --storage-driver vfs --cgroup-manager cgroupfs --events-backend file";
        await MakeRootAsync();
        await Shell.RunAsync($"tar -C {Folder}/base -c . | {podman} import --change CMD=/bin/sh - from/podman:2; {podman} save --format {format} -o {Folder}/saved.tar from/podman:2");
        var image = Assert.Single(await LoadAsync($"{Folder}/saved.tar"));

        Assert.Equal("localhost/from/podman:2", image.Reference);
        Assert.Equal(["1"], await RunAsync(image, "cat /here"));
    }

    [Theory]
    [InlineData(ArchiveFormat.Docker, "docker-archive:{0}:brig/busybox:latest")]
    [InlineData(ArchiveFormat.Docker, "oci-archive:{0}:docker.io/brig/busybox:latest")]
    [InlineData(ArchiveFormat.Oci, "oci-archive:{0}:docker.io/brig/busybox:latest")]
    public async Task Save_ForSkopeo_IsReadAndComesBackTheSame(ArchiveFormat format, string source)
    {
        var image = _engine.Images.Get("brig/busybox");
        await SaveAsync($"{Folder}/ours.tar", format, "brig/busybox");
        await Shell.RunAsync($"skopeo --insecure-policy copy {string.Format(source, $"{Folder}/ours.tar")} oci-archive:{Folder}/theirs.tar:renamed/busybox:1");
        var back = Assert.Single(await LoadAsync($"{Folder}/theirs.tar"));

        Assert.Contains("renamed/busybox:1", back.Tags);
        Assert.Equal(image.Parts.Select(part => part.DiffId), back.Parts.Select(part => part.DiffId));
        Assert.Equal(["hello"], await RunAsync(back, "echo hello"));
    }

    [Fact]
    public async Task Images_Folder_IsALayoutThatSkopeoReads()
    {
        string digest = await Shell.RunAsync($"skopeo inspect --format '{{{{.Digest}}}}' oci:{_engine.Paths.Images}:brig/busybox:latest");

        Assert.Equal(_engine.Images.Get("brig/busybox").Digest, digest);
    }

    [Fact]
    public async Task Load_ZstdLayers_AreUnpacked()
    {
        await SaveAsync($"{Folder}/ours.tar", ArchiveFormat.Oci, "brig/busybox");
        await Shell.RunAsync($$"""
            cd {{Folder}}; mkdir layout; tar -C layout -xf ours.tar; cd layout
            python3 - <<'END'
            import json, hashlib, subprocess, os
            d = lambda b: hashlib.sha256(b).hexdigest()
            p = lambda h: 'blobs/sha256/' + h.split(':')[-1]
            index = json.load(open('index.json')); m = json.load(open(p(index['manifests'][0]['digest'])))
            layer = m['layers'][0]
            packed = subprocess.run(['zstd', '-c', p(layer['digest'])], capture_output=True, check=True).stdout
            open(p(d(packed)), 'wb').write(packed); os.unlink(p(layer['digest']))
            layer.update(digest='sha256:' + d(packed), size=len(packed), mediaType='application/vnd.oci.image.layer.v1.tar+zstd')
            b = json.dumps(m).encode(); open(p(d(b)), 'wb').write(b)
            index['manifests'][0].update(digest='sha256:' + d(b), size=len(b), annotations={'io.containerd.image.name': 'docker.io/zstd/busybox:1'})
            json.dump(index, open('index.json', 'w'))
            END
            tar -cf ../zstd.tar .
            """);
        var image = Assert.Single(await LoadAsync($"{Folder}/zstd.tar"));

        Assert.Equal(["packed"], await RunAsync(image, "echo packed"));
        Assert.Equal(_engine.Images.Get("brig/busybox").Layers.ToArray(), image.Layers.ToArray());
    }

    [Theory]
    [InlineData("flip", "digest")]
    [InlineData("cut", "breaks off")]
    [InlineData("diff", "configuration says")]
    [InlineData("lost", "not in it")]
    public async Task Load_Damaged_OneSentenceAndNothingLeft(string damage, string word)
    {
        await SaveAsync($"{Folder}/ours.tar", ArchiveFormat.Oci, "brig/busybox");
        await _engine.Images.RemoveAsync("brig/busybox");
        await Shell.RunAsync($$"""
            cd {{Folder}}; mkdir layout; tar -C layout -xf ours.tar; cd layout
            python3 - <<'END'
            import json, hashlib, os
            d = lambda b: hashlib.sha256(b).hexdigest()
            p = lambda h: 'blobs/sha256/' + h.split(':')[-1]
            index = json.load(open('index.json')); m = json.load(open(p(index['manifests'][0]['digest'])))
            layer, config, damage = m['layers'][0], json.load(open(p(m['config']['digest']))), '{{damage}}'
            if damage == 'flip':
                b = bytearray(open(p(layer['digest']), 'rb').read()); b[len(b) // 2] ^= 1; open(p(layer['digest']), 'wb').write(b)
            if damage == 'lost': os.unlink(p(layer['digest']))
            if damage == 'diff':
                config['rootfs']['diff_ids'][0] = 'sha256:' + '0' * 64
                b = json.dumps(config).encode(); open(p(d(b)), 'wb').write(b); m['config'].update(digest='sha256:' + d(b), size=len(b))
                b = json.dumps(m).encode(); open(p(d(b)), 'wb').write(b); index['manifests'][0].update(digest='sha256:' + d(b), size=len(b)); json.dump(index, open('index.json', 'w'))
            END
            tar -cf ../bad.tar .; [ {{damage}} != cut ] || truncate -s 700000 ../bad.tar
            """);
        var error = await Assert.ThrowsAsync<EngineException>(() => LoadAsync($"{Folder}/bad.tar"));

        Assert.Equal(EngineErrorKind.Invalid, error.Kind);
        Assert.Contains(word, error.Message);
        Assert.Empty(_engine.Images.List());
        Assert.Empty(Directory.GetDirectories(_engine.Paths.Layers));
        Assert.Empty(Directory.GetFiles(_engine.Paths.Images + "/blobs/sha256"));
        await _engine.TrashIsEmptyAsync();
        var task = _engine.Get<ITasks>().List().First(t => t.Kind == "load");
        Assert.Equal((EngineTaskState.Failed, true), (task.State, task.Error?.Contains(word)));
    }

    private const string CheckScript = "echo gone: $(test -e /gone && echo yes || echo no); echo here: $(cat /here); echo opaque: $(ls /opaque); echo uid: $(stat -c %u /owned)";

    private Task<string> MakeRootAsync() => Shell.RunAsync($"""
        mkdir -p {Folder}/base/bin {Folder}/base/opaque {Folder}/base/proc {Folder}/base/dev {Folder}/base/sys {Folder}/base/etc {Folder}/base/tmp; cd {Folder}/base
        cp /bin/busybox bin/busybox; for a in sh cat ls test stat echo; do ln -s busybox bin/$a; done
        echo 1 > here; echo x > gone; echo old > opaque/old; echo o > owned; chown 1000:1000 owned
        """);

    /// <summary>By docker commit, so that the second layer's whiteouts are Docker's own.</summary>
    private async Task MakeDockerImageAsync(Dockerd docker)
    {
        await MakeRootAsync();
        await Shell.RunAsync($"tar -C {Folder}/base -cf {Folder}/base.tar .");
        await docker.RunAsync($"import --change 'CMD [\"/bin/sh\"]' {Folder}/base.tar base");
        await docker.RunAsync("run --name made --network none base /bin/busybox sh -c 'busybox rm /gone; echo 2 > /here; busybox rm -r /opaque; busybox mkdir /opaque; echo n > /opaque/new'");
        await docker.RunAsync("commit made two/layers:1");
        await docker.RunAsync("tag two/layers:1 two/layers:again");
        await docker.RunAsync("rm made");
    }

    private async Task<IReadOnlyList<Image>> LoadAsync(string path)
    {
        await using var file = File.OpenRead(path);
        return await _engine.Images.LoadAsync(file);
    }

    private async Task SaveAsync(string path, ArchiveFormat format, params string[] references)
    {
        await using var file = File.Create(path);
        await _engine.Images.SaveAsync(references, format, file);
    }

    private async Task<string[]> RunAsync(Image image, string script)
    {
        var container = await _engine.Containers.CreateAsync(new() { Image = image.Digest, Entrypoint = ["/bin/busybox"], Command = ["sh", "-c", script] });
        await _engine.Containers.StartAsync(container.Name);
        await _engine.Containers.WaitAsync(container.Name);
        string[] output = await _engine.OutputAsync(container);
        await _engine.Containers.RemoveAsync(container.Name);
        return output;
    }
}
