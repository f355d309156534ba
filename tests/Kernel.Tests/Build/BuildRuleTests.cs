using System.Collections.Immutable;
using System.Formats.Tar;
using System.Text;
using Brig.Engine.Build;
using Brig.Engine.Images;
using Brig.Engine.Tasks;

namespace Brig.Kernel.Tests.Build;

/// <summary>What the Dockerfile reference says beside the obvious, and what must not be got past it.</summary>
public sealed class BuildRuleTests : IAsyncLifetime
{
    private BuildScene _scene = null!;

    public async Task InitializeAsync() => _scene = await BuildScene.StartAsync();
    public async Task DisposeAsync() => await _scene.DisposeAsync();

    [Fact]
    public async Task Epoch_NamedByNoInstruction_IsNotServedWhatWasBuiltWithoutIt()
    {
        const string File = "FROM brig/busybox\nCOPY f /f\nRUN echo x > /x";
        await _scene.BuildAsync(File, null, ("f", "1"));
        var image = await _scene.BuildAsync(File, request => request with { Arguments = ImmutableDictionary<string, string>.Empty.Add("SOURCE_DATE_EPOCH", "1600000000") }, ("f", "1"));

        Assert.Equal(["1600000000", "1600000000"], await _scene.PrintsAsync(image, "stat -c %Y /f /x"));
    }

    [Fact]
    public async Task Run_SeveralThatChangeNothing_AreOneLayerSeveralTimes()
    {
        var image = await _scene.BuildAsync("FROM brig/busybox AS a\nRUN true\nRUN echo 1\nRUN echo x > /x\nRUN echo 2\nWORKDIR /w\nRUN cat /x > y\nFROM a\nCOPY --from=a /w/y /z");

        Assert.Equal(["x", "x"], await _scene.PrintsAsync(image, "cat /z /w/y"));
        Assert.Equal(8, image.Parts.Length);
    }

    /// <summary>Each waits for the other's file in the cache they share: one after the other they would wait for ever.</summary>
    [Fact]
    public async Task Stages_ThatDoNotNeedEachOther_RunAtOnce()
    {
        static string Stage(string own, string other) => $"FROM brig/busybox AS {own}\nRUN --mount=type=cache,id=meet,target=/m touch /m/{own}; i=0; until test -e /m/{other}; do i=$((i+1)); test $i -lt 600 || exit 9; sleep 0.1; done; touch /{own}\n";
        var image = await _scene.BuildAsync($"{Stage("a", "b")}{Stage("b", "a")}FROM brig/busybox\nCOPY --from=a /a /\nCOPY --from=b /b /");

        Assert.Equal(["/a", "/b"], await _scene.PrintsAsync(image, "ls /a /b"));
    }

    [Fact]
    public async Task WorkDir_AfterUser_IsTheUsers()
    {
        var image = await _scene.BuildAsync("FROM brig/busybox\nRUN echo 'app:x:77:88::/:/bin/sh' >> /etc/passwd\nUSER app\nWORKDIR /srv/app\nRUN touch mine");

        Assert.Equal(["77:88", "77:88"], await _scene.PrintsAsync(image, "stat -c %u:%g /srv/app /srv/app/mine"));
    }

    [Fact]
    public async Task CopyFrom_WithoutChown_OwnersStay()
    {
        var image = await _scene.BuildAsync("""
            FROM brig/busybox AS made
            RUN mkdir /d && touch /d/f && chown -R 5:6 /d
            FROM brig/busybox
            COPY --from=made /d /d
            COPY --from=made /d/f /f
            COPY --from=made --chown=7 /d/f /g
            COPY own /own
            """, null, ("own", "1"));

        Assert.Equal(["5:6", "5:6", "7:7", "0:0"], await _scene.PrintsAsync(image, "stat -c %u:%g /d/f /f /g /own"));
    }

    [Fact]
    public async Task Arg_InTheParentStage_GoesOnIntoTheChild()
    {
        var image = await _scene.BuildAsync("FROM brig/busybox AS a\nARG V=1\nFROM brig/busybox AS b\nRUN echo [$V] > /b\nFROM a\nCOPY --from=b /b /b\nRUN echo $V > /v", request =>
            request with { Arguments = ImmutableDictionary<string, string>.Empty.Add("V", "2") });

        Assert.Equal(["2", "[]"], await _scene.PrintsAsync(image, "cat /v /b"));
    }

    [Fact]
    public async Task Add_ArchiveThatNamesNoDirectories_TheImagesOwnStay()
    {
        var image = await AddAsync("", ("tmp/x", "1"), ("way/y", "2"), ("new/z", "3"));

        Assert.Equal(["1777", "2", "3", "there"], await _scene.PrintsAsync(image, "stat -c %a /tmp; cat /real/y; echo; cat /new/z; echo; ls /way | grep there"));
    }

    [Fact]
    public async Task Add_ArchiveWithChown_IsWhose()
    {
        var image = await AddAsync("--chown=5:6 --chmod=640 ", ("made/x", "1"));

        Assert.Equal(["5:6 640"], await _scene.PrintsAsync(image, "stat -c '%u:%g %a' /made/x"));
    }

    [Fact]
    public async Task Context_MarksOfLayers_RemoveNothing()
    {
        (string, string)[] files = [("a", "1"), (".wh.a", ""), ("d/.wh..wh..opq", ""), ("d/x", "2")];
        var task = await _scene.RunAsync("FROM brig/busybox\nCOPY . /all", null, files);
        Assert.Equal(EngineTaskState.Failed, task.State);
        Assert.Contains("has a name that in a layer means another file's removal", task.Error, StringComparison.Ordinal);

        var image = await _scene.BuildAsync("FROM brig/busybox\nCOPY . /all", null, [.. files, (".dockerignore", "**/.wh.*")]);
        Assert.Equal(["1", "2"], await _scene.PrintsAsync(image, "cat /all/a; echo; cat /all/d/x; echo"));
    }

    [Fact]
    public async Task Context_NameThatIsNoUtf8_IsNoMatterForTheIgnoreFile()
    {
        using var context = BuildScene.Context((".dockerignore", "b\n!c"), ("c", "1"), ("b", "2"), ("d#/", ""), ("d#/x", "3"));
        byte[] bytes = [.. context.ToArray().Select(b => b == (byte)'#' ? (byte)0xE9 : b)];
        // The sum over the header (tar(5)), which the changed byte is part of.
        for (int at = 0; at + 512 <= bytes.Length; at += 512)
        {
            if (Encoding.ASCII.GetString(bytes, at + 257, 5) == "ustar")
            {
                bytes.AsSpan(at + 148, 8).Fill((byte)' ');
                Encoding.ASCII.GetBytes(Convert.ToString(bytes.AsSpan(at, 512).ToArray().Sum(b => b), 8).PadLeft(6, '0') + "\0 ").CopyTo(bytes, at + 148);
            }
        }
        var task = await _scene.Builder.StartAsync(new() { Dockerfile = "FROM brig/busybox\nCOPY c /c" }, new MemoryStream(bytes));
        task = await _scene.Tasks.WaitAsync(task.Id);

        Assert.Null(task.Error);
        Assert.Equal(["1"], await _scene.PrintsAsync(_scene.Engine.Images.Get(task.Result!), "cat /c; echo"));
    }

    [Fact]
    public async Task OnBuild_OfABaseThatCopiesFromAStage_IsToldInOneSentence()
    {
        var image = await _scene.BuildAsync("FROM brig/busybox");
        // ONBUILD itself refuses this; an image from elsewhere may have it.
        var container = await _scene.Engine.Containers.CreateAsync(new() { Image = image.Digest });
        var hostile = await _scene.Engine.Get<ICommits>().CommitAsync(container.Id.Value, new() { Config = image.Config with { OnBuild = ["COPY --from=0 /x /y"] } });
        var task = await _scene.RunAsync($"FROM brig/busybox AS first\nFROM {hostile.Digest}");

        Assert.Contains("an ONBUILD of the base image copies from \"0\"", task.Error, StringComparison.Ordinal);
    }

    private async Task<Image> AddAsync(string options, params (string Name, string Content)[] packed)
    {
        using var context = new MemoryStream();
        using (var writer = new TarWriter(context, TarEntryFormat.Pax, leaveOpen: true))
        {
            writer.WriteEntry(new PaxTarEntry(TarEntryType.RegularFile, "a.tar") { DataStream = BuildScene.Context(packed) });
        }
        context.Position = 0;
        var task = await _scene.Builder.StartAsync(
            new() { Dockerfile = $"FROM brig/busybox\nRUN mkdir -p /tmp /real && chmod 1777 /tmp && ln -s real /way && touch /real/there\nADD {options}a.tar /" }, context);
        task = await _scene.Tasks.WaitAsync(task.Id);
        Assert.Null(task.Error);
        return _scene.Engine.Images.Get(task.Result!);
    }
}
