using System.Text;
using System.Text.Json.Nodes;
using Brig.Engine;
using Brig.Engine.Images.Contents;

namespace Brig.Kernel.Tests.Build;

/// <summary>What is in an image, read without running anything of it.</summary>
public sealed class ContentsTests : IAsyncLifetime
{
    private BuildScene _scene = null!;

    public async Task InitializeAsync() => _scene = await BuildScene.StartAsync();
    public async Task DisposeAsync() => await _scene.DisposeAsync();

    private IImageContents Contents => _scene.Engine.Get<IImageContents>();

    [Fact]
    public async Task List_WholeAndOneLayer_TellWhereAFileCameFrom()
    {
        var image = await _scene.BuildAsync("FROM brig/busybox\nRUN mkdir /d && echo 12345 > /d/a && ln -s a /d/link\nRUN echo 1 > /d/b && rm /d/a && rm /bin/wget");

        var d = await Contents.ListAsync(image.Digest, "/d");
        Assert.Equal([("b", ImageEntryKind.File, 2L, 2), ("link", ImageEntryKind.Symlink, 0L, 1)], d.Select(entry => (entry.Name, entry.Kind, entry.Size, entry.Layer)));
        Assert.Equal("a", d[1].Target);

        var second = await Contents.ListAsync(image.Digest, "d", layer: 2);
        Assert.Equal([("a", ImageEntryKind.Removed), ("b", ImageEntryKind.File)], second.Select(entry => (entry.Name, entry.Kind)));

        var root = await Contents.ListAsync(image.Digest, "/");
        Assert.Equal((2L, 2, 2), root.Where(entry => entry.Name == "d").Select(entry => (entry.Size, entry.Files, entry.Layer)).Single());
        Assert.DoesNotContain(await Contents.ListAsync(image.Digest, "/bin"), entry => entry.Name == "wget");
    }

    [Fact]
    public async Task Open_FileAndLinkOut_OnlyTheImageIsRead()
    {
        string secret = _scene.Engine.Folder + "/secret";
        await File.WriteAllTextAsync(secret, "the host's");
        var image = await _scene.BuildAsync($"FROM brig/busybox\nRUN echo inside > /file && ln -s {secret} /out && ln -s ../../../../../..{secret} /up");

        using var reader = new StreamReader(await Contents.OpenAsync(image.Digest, "/file"));
        Assert.Equal("inside\n", await reader.ReadToEndAsync());
        foreach (string link in (string[])["/out", "/up"])
        {
            Assert.Equal(EngineErrorKind.NotFound, (await Assert.ThrowsAsync<EngineException>(() => Contents.OpenAsync(image.Digest, link))).Kind);
        }
        Assert.Equal(EngineErrorKind.Invalid, (await Assert.ThrowsAsync<EngineException>(() => Contents.OpenAsync(image.Digest, "/bin"))).Kind);
        Assert.Equal(EngineErrorKind.NotFound, (await Assert.ThrowsAsync<EngineException>(() => Contents.ListAsync(image.Digest, "/", layer: 9))).Kind);
    }

    private const string Packages = """
        FROM brig/busybox
        COPY <<status /var/lib/dpkg/status
        Package: libc6
        Status: install ok installed
        Architecture: amd64
        Version: 2.36-9+deb12u8
        Description: the C library
         which goes on

        Package: gone
        Status: deinstall ok config-files
        Version: 1
        status
        COPY <<os /etc/os-release
        ID=debian
        VERSION_ID="12"
        os
        COPY <<installed /lib/apk/db/installed
        P:musl
        V:1.2.5-r0
        A:x86_64
        L:MIT
        installed
        COPY <<METADATA /usr/lib/python3/dist-packages/Flask-2.2.dist-info/METADATA
        Metadata-Version: 2.1
        Name: Flask_Thing
        Version: 2.2
        License: BSD-3-Clause

        Version: not this one
        METADATA
        COPY <<package.json /app/node_modules/@scope/tool/package.json
        {"name":"@scope/tool","version":"1.0.1","license":"ISC"}
        package.json
        COPY <<broken /app/node_modules/broken/package.json
        {"name":
        broken
        COPY <<app.deps.json /app/app.deps.json
        {"libraries":{"Radzen.Blazor/12.0.0":{"type":"package"},"app/1.0.0":{"type":"project"}}}
        app.deps.json
        """;

    [Fact]
    public async Task Packages_OfFiveKinds_AreFoundWithTheirPurl()
    {
        var image = await _scene.BuildAsync(Packages);

        Assert.Equal(
            ["pkg:apk/debian/musl@1.2.5-r0?arch=x86_64&distro=debian-12", "pkg:deb/debian/libc6@2.36-9%2Bdeb12u8?arch=amd64&distro=debian-12", "pkg:npm/%40scope/tool@1.0.1", "pkg:nuget/Radzen.Blazor@12.0.0", "pkg:pypi/flask-thing@2.2"],
            (await Contents.PackagesAsync(image.Digest)).Select(package => package.Purl));
    }

    [Theory]
    [InlineData(SbomFormat.Spdx)]
    [InlineData(SbomFormat.CycloneDx)]
    public async Task Sbom_SameImage_SameBytesAndEveryPackage(SbomFormat format)
    {
        var image = await _scene.BuildAsync(Packages);
        byte[] sbom = await Contents.SbomAsync(image.Digest, format);
        var json = JsonNode.Parse(sbom)!;

        Assert.Equal(sbom, await Contents.SbomAsync(image.Digest, format));
        Assert.Equal(format == SbomFormat.Spdx ? 6 : 5, json[format == SbomFormat.Spdx ? "packages" : "components"]!.AsArray().Count);
        Assert.Equal(format == SbomFormat.Spdx ? "SPDX-2.3" : "1.5", (string?)(json["spdxVersion"] ?? json["specVersion"]));
        Assert.Contains("pkg:pypi/flask-thing@2.2", Encoding.UTF8.GetString(sbom), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Compare_TwoVersions_TellsWhatDiffersAndNoMore()
    {
        const string Base = "FROM brig/busybox\nRUN mkdir /d /gone && echo 1 > /d/same && echo 1 > /d/content && echo 1 > /d/mode && echo 1 > /gone/file && ln -s a /link\n";
        var one = await _scene.BuildAsync(Base + "ENV A=1\nCOPY <<status /var/lib/dpkg/status\nPackage: web\nVersion: 1\nstatus");
        var two = await _scene.BuildAsync(Base + "ENV A=2\nRUN echo 2 > /d/content && chmod 600 /d/mode && touch /d/same && rm -r /gone && ln -sf b /link && echo new > /new && rm -r /d/x; true\nCOPY <<status /var/lib/dpkg/status\nPackage: web\nVersion: 2\nstatus");

        var found = await Contents.CompareAsync(one.Digest, two.Digest);
        Assert.Equal(
            ["/d/content Changed content", "/d/mode Changed mode", "/gone Removed ", "/gone/file Removed ", "/link Changed target", "/new Added ", "/var/lib/dpkg/status Changed content"],
            found.Files.Select(file => $"{file.Path} {file.Kind} {file.What}"));
        Assert.Equal((1, 2, 4, 2), (found.FilesAdded, found.FilesRemoved, found.FilesChanged, found.CommonLayers));
        Assert.Equal(["1 → 2"], found.Packages.Select(package => $"{string.Join(' ', package.Before)} → {string.Join(' ', package.After)}"));
        Assert.Equal(["- env A=1", "+ env A=2"], found.Configuration.ToArray());
        Assert.Empty((await Contents.CompareAsync(one.Digest, one.Digest)).Files);
    }

    [Fact]
    public async Task Compare_DirectoryMadeAnew_WhatWasInItIsGone()
    {
        var one = await _scene.BuildAsync("FROM brig/busybox\nRUN mkdir -p /d/sub && echo 1 > /d/old && echo 1 > /d/sub/deep");
        var two = await _scene.BuildAsync("FROM brig/busybox\nRUN mkdir -p /d/sub && echo 1 > /d/old && echo 1 > /d/sub/deep\nRUN rm -r /d && mkdir /d && echo 1 > /d/new");

        Assert.Equal(["/d/new", "/d/old", "/d/sub", "/d/sub/deep"], (await Contents.CompareAsync(one.Digest, two.Digest)).Files.Select(file => file.Path));
    }
}
