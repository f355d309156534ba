using System.Collections.Immutable;
using System.Text;
using Brig.Tests;

namespace Brig.Kernel.Tests.Build;

/// <summary>RUN --mount.</summary>
public sealed class MountTests : IAsyncLifetime
{
    private BuildScene _scene = null!;

    public async Task InitializeAsync() => _scene = await BuildScene.StartAsync();
    public async Task DisposeAsync() => await _scene.DisposeAsync();

    [Fact]
    public async Task Cache_OfOneBuild_IsFoundByTheNextAndIsInNoLayer()
    {
        const string File = """
            FROM brig/busybox
            ARG ROUND
            RUN echo 'app:x:77:88::/:/bin/sh' >> /etc/passwd
            USER app
            RUN --mount=type=cache,id=shared,target=/var/keep,uid=77,gid=88,mode=700 echo $ROUND >> /var/keep/rounds && cat /var/keep/rounds > /tmp/seen && stat -c '%u:%g %a' /var/keep >> /tmp/seen
            """;
        await BuildAsync("1");
        var image = await BuildAsync("2");

        Assert.Equal(["1", "2", "77:88 700", "gone"], await _scene.PrintsAsync(image, "cat /tmp/seen; test -e /var/keep || echo gone"));
        Assert.True(_scene.Builder.CacheUsage().FolderBytes > 0);
        Assert.True(await _scene.Builder.PruneCacheAsync() > 0);
        Assert.Equal(0, _scene.Builder.CacheUsage().FolderBytes);

        Task<Brig.Engine.Images.Image> BuildAsync(string round) => _scene.BuildAsync(File, request => request with { Arguments = ImmutableDictionary<string, string>.Empty.Add("ROUND", round) });
    }

    [Fact]
    public async Task Cache_Locked_OneStepAtATime()
    {
        const string Step = "RUN --mount=type=cache,id=one,target=/c,sharing=locked mkdir /c/here && sleep 0.3 && rmdir /c/here && touch /done";
        var image = await _scene.BuildAsync($"FROM brig/busybox AS a\n{Step}\nFROM brig/busybox AS b\n{Step} /b\nFROM brig/busybox\nCOPY --from=a /done /a\nCOPY --from=b /done /b");

        Assert.Equal(["/a", "/b"], await _scene.PrintsAsync(image, "ls /a /b"));
    }

    [Fact]
    public async Task Bind_OfContextAndStage_IsThereAndStaysAsItWas()
    {
        var image = await _scene.BuildAsync("""
            FROM brig/busybox AS made
            RUN mkdir -p /out/deep && echo made > /out/deep/file && chown -R 5:6 /out
            FROM brig/busybox
            WORKDIR /w
            RUN --mount=target=/ctx --mount=source=dir,target=rw,rw --mount=from=made,source=/out,target=/out --mount=from=made,source=/out/deep/file,target=/one,readwrite \
              cat /ctx/dir/a /w/rw/a /out/deep/file /one > /seen; stat -c %u:%g /out/deep/file >> /seen; \
              echo x > /ctx/dir/a || echo read-only >> /seen; echo x > /w/rw/a && echo written >> /seen; echo x > /one && cat /one >> /seen
            COPY dir/a /a
            """, null, ("dir/", ""), ("dir/a", "A\n"));

        Assert.Equal(["A", "A", "made", "made", "5:6", "read-only", "written", "x", "A", "gone"], await _scene.PrintsAsync(image, "cat /seen /a; test -e /ctx -o -e /one -o -e /w/rw || echo gone"));
    }

    [Fact]
    public async Task Bind_ContentChanged_TheStepIsRunAgain()
    {
        const string File = "FROM brig/busybox\nRUN --mount=source=f,target=/f cp /f /g";
        await _scene.BuildAsync(File, null, ("f", "1"), ("other", "1"));
        var same = await _scene.RunAsync(File, null, ("f", "1"), ("other", "2"));
        var image = await _scene.BuildAsync(File, null, ("f", "2"));

        Assert.Equal("cached", same.Steps[^1].Phase);
        Assert.Equal(["2"], await _scene.PrintsAsync(image, "cat /g; echo"));
    }

    [Fact]
    public async Task Bind_LinkOutOfTheContext_StaysInIt()
    {
        var task = await _scene.RunAsync("FROM brig/busybox\nRUN --mount=source=link,target=/stolen cat /stolen", null, ("link", "-> /etc/hostname"));

        Assert.Contains("\"link\" is not there to be mounted", task.Error);
    }

    [Fact]
    public async Task Secret_GivenToTheStep_IsNowhereElse()
    {
        const string Secret = "s3cret-of-this-test";
        var image = await _scene.BuildAsync("""
            FROM brig/busybox
            RUN --mount=type=secret,id=token wc -c < /run/secrets/token > /length && stat -c '%u:%g %a' /run/secrets/token >> /length
            RUN --mount=type=secret,id=none,target=/none test ! -e /none
            RUN echo "$(ls /run/secrets)" > /after
            """, request => request with { Secrets = ImmutableDictionary<string, string>.Empty.Add("token", Secret) });

        Assert.Equal([$"{Secret.Length}", "0:0 400", ""], await _scene.PrintsAsync(image, "cat /length /after"));
        await _scene.Engine.EndAsync();
        string[] files = Directory.GetFiles(_scene.Engine.Root, "*", new EnumerationOptions { RecurseSubdirectories = true, AttributesToSkip = FileAttributes.ReparsePoint });
        Assert.DoesNotContain(files, file => File.ReadAllText(file, Encoding.Latin1).Contains(Secret, StringComparison.Ordinal));
    }

    [Fact]
    public async Task Tmpfs_OfASize_HoldsNoMoreAndIsInNoLayer()
    {
        var image = await _scene.BuildAsync("FROM brig/busybox\nRUN --mount=type=tmpfs,target=/t,size=1m dd if=/dev/zero of=/t/f bs=64k count=64; wc -c < /t/f > /size");

        Assert.Equal(["1048576", "gone"], await _scene.PrintsAsync(image, "cat /size; test -e /t || echo gone"));
    }
}
