using Brig.Engine;
using Brig.Engine.Build;
using Brig.Engine.Images;
using Brig.Engine.Images.Registry;
using Brig.Engine.Tasks;
using Brig.Kernel.Tests.Engine;
using Brig.Tests;

namespace Brig.Kernel.Tests.Images;

/// <summary>The same hostile archives by every way in: nothing outside is written, read or linked, and what is refused leaves nothing.</summary>
[Trait("Needs", "peers")]
public class HostileArchiveTests : IAsyncLifetime
{
    private EngineScene _engine = null!;
    private string Victim => _engine.Folder + "/victim";

    public async Task InitializeAsync()
    {
        _engine = await EngineScene.StartAsync();
        Directory.CreateDirectory(Victim);
        await File.WriteAllTextAsync(Victim + "/kept", "mine");
    }

    public async Task DisposeAsync() => await _engine.DisposeAsync();

    [Theory]
    [InlineData("dots"), InlineData("absolute"), InlineData("parent"), InlineData("chain"), InlineData("hardlink"), InlineData("hardlink-through"), InlineData("over-link")]
    public async Task Archive_ThatPointsOutside_ReachesNothingByAnyWay(string what)
    {
        string tar = $"{_engine.Folder}/{what}.tar";
        await Shell.RunAsync($$"""
            python3 - <<'END'
            import tarfile, io
            v, what = '{{Victim}}', '{{what}}'
            with tarfile.open('{{tar}}', 'w') as t:
                def file(name, text=b'evil'):
                    i = tarfile.TarInfo(name); i.size = len(text); t.addfile(i, io.BytesIO(text))
                def link(name, to, type=tarfile.SYMTYPE):
                    i = tarfile.TarInfo(name); i.type = type; i.linkname = to; t.addfile(i)
                file('first')
                if what == 'dots': file('../' * 12 + v[1:] + '/evil')
                if what == 'absolute': file(v + '/evil'); file(v + '/kept')
                if what == 'parent': link('way', v); file('way/evil'); file('way/kept')
                if what == 'chain': link('a', '..'); link('b', 'a/' + '../' * 12 + v[1:]); file('b/evil'); link('root', '/'); file('root' + v + '/evil')
                if what == 'hardlink': link('stolen', v + '/kept', tarfile.LNKTYPE)
                if what == 'hardlink-through': link('way', v); link('stolen', 'way/kept', tarfile.LNKTYPE)
                if what == 'over-link': link('kept', v + '/kept'); file('kept')
            END
            """);
        foreach (string way in new[] { "import", "load", "pull", "add", "context", "copy-from" })
        {
            string? error;
            try
            {
                error = await BringAsync(way, tar);
            }
            catch (EngineException e)
            {
                error = e.Message;
            }

            Assert.Equal(["kept"], Directory.GetFileSystemEntries(Victim).Select(Path.GetFileName));
            Assert.Equal("mine", await File.ReadAllTextAsync(Victim + "/kept"));
            Assert.Equal("1", await Shell.RunAsync($"stat -c %h {Victim}/kept"));
            Assert.True(error is not null || what is not ("dots" or "hardlink" or "hardlink-through"), $"it came in by {way}");
            var others = _engine.Images.List().Where(image => image.Reference != "brig/busybox:latest").ToArray();
            Assert.True(error is null || others.Length == 0, $"{way}: {error}");
            foreach (var image in others)
            {
                await _engine.Images.RemoveAllTagsAsync(image.Digest);
            }
            await _engine.TrashIsEmptyAsync();
        }
    }

    /// <returns>The sentence; null: it came in.</returns>
    private async Task<string?> BringAsync(string way, string tar)
    {
        byte[] bytes = await File.ReadAllBytesAsync(tar);
        switch (way)
        {
            case "import":
                await _engine.Images.ImportAsync("in:1", new MemoryStream(bytes), new());
                return null;
            case "load":
                await Shell.RunAsync($$"""
                    cd {{_engine.Folder}} && python3 - <<'END'
                    import tarfile, io, json, hashlib
                    layer = open('{{tar}}', 'rb').read()
                    config = json.dumps({'architecture': 'amd64', 'os': 'linux', 'rootfs': {'type': 'layers', 'diff_ids': ['sha256:' + hashlib.sha256(layer).hexdigest()]} }).encode()
                    with tarfile.open('load.tar', 'w') as t:
                        for name, data in (('layer.tar', layer), ('config.json', config), ('manifest.json', json.dumps([{'Config': 'config.json', 'RepoTags': ['in:1'], 'Layers': ['layer.tar']}]).encode())):
                            i = tarfile.TarInfo(name); i.size = len(data); t.addfile(i, io.BytesIO(data))
                    END
                    """);
                await using (var archive = File.OpenRead(_engine.Folder + "/load.tar"))
                {
                    await _engine.Images.LoadAsync(archive);
                }
                return null;
            case "pull":
                await using (var registry = new FaultyRegistry(plain: bytes))
                {
                    return (await EndAsync(await _engine.Get<IRegistries>().PullAsync($"{registry.Host}/in:1"))).Error;
                }
            case "context":
                return await BuildAsync("FROM brig/busybox\nCOPY . /in/", bytes);
            case "add":
                return await BuildAsync("FROM brig/busybox\nADD in.tar /in/", await WrappedAsync(tar));
            default:
                return await BuildAsync("FROM brig/busybox AS made\nADD in.tar /in/\nFROM brig/busybox\nCOPY --from=made /in /in\nCOPY --from=made /in/ /way/", await WrappedAsync(tar));
        }
    }

    private async Task<byte[]> WrappedAsync(string tar)
    {
        await Shell.RunAsync($"cd {_engine.Folder} && cp {tar} in.tar && tar -cf wrapped.tar in.tar");
        return await File.ReadAllBytesAsync(_engine.Folder + "/wrapped.tar");
    }

    private async Task<string?> BuildAsync(string dockerfile, byte[] context) =>
        (await EndAsync(await _engine.Get<IBuilder>().StartAsync(new() { Dockerfile = dockerfile, Tags = ["in:1"] }, new MemoryStream(context)))).Error;

    private async Task<EngineTask> EndAsync(EngineTask task) => await _engine.Get<ITasks>().WaitAsync(task.Id).WaitAsync(Wait.Scale(TimeSpan.FromMinutes(1)));
}
