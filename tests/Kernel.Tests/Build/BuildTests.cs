using System.Collections.Immutable;
using Brig.Engine;
using Brig.Engine.Containers;
using Brig.Engine.Tasks;
using Brig.Tests;

namespace Brig.Kernel.Tests.Build;

/// <summary>Dockerfiles to images, and the images run.</summary>
public sealed class BuildTests : IAsyncLifetime
{
    private BuildScene _scene = null!;

    public async Task InitializeAsync() => _scene = await BuildScene.StartAsync();
    public async Task DisposeAsync() => await _scene.DisposeAsync();

    [Fact]
    public async Task Run_WritesFiles_TheyAreInTheImageAsTheContainerSawThem()
    {
        var image = await _scene.BuildAsync("""
            FROM brig/busybox
            RUN mkdir /data && echo hello > /data/a && chown 1000:1001 /data/a && chmod 640 /data/a && ln -s a /data/link && rm /bin/wget
            """);

        Assert.Equal(["hello", "1000:1001 640", "gone"], await _scene.PrintsAsync(image, "cat /data/link; stat -c '%u:%g %a' /data/a; ls /bin/wget 2>/dev/null || echo gone"));
    }

    [Fact]
    public async Task Run_MountPoints_LeaveNothingInTheLayer()
    {
        var image = await _scene.BuildAsync("FROM brig/busybox\nRUN echo x > /file");

        Assert.Equal(["file"], Directory.GetFileSystemEntries(image.Layers[^1]).Select(Path.GetFileName).Order());
    }

    [Fact]
    public async Task Configuration_EveryInstruction_IsInTheImage()
    {
        var image = await _scene.BuildAsync("""
            FROM brig/busybox
            ARG version=1
            ENV A="x y" B=$version
            LABEL one=$A two=2
            EXPOSE 80 53/udp 8000-8001
            VOLUME /data
            USER 1000:1000
            WORKDIR /srv
            WORKDIR app
            STOPSIGNAL SIGUSR1
            SHELL ["/bin/sh", "-ec"]
            HEALTHCHECK --interval=5s --start-interval=2s --retries=2 CMD test -e /srv
            CMD echo $A
            ONBUILD RUN true
            MAINTAINER somebody
            """, request => request with { Arguments = ImmutableDictionary<string, string>.Empty.Add("version", "7"), Labels = ImmutableDictionary<string, string>.Empty.Add("two", "3") });

        Assert.Equal(["A=x y", "B=7"], image.Config.Env.Where(entry => entry[1] == '=').ToArray());
        Assert.Equal(("x y", "3"), (image.Config.Labels["one"], image.Config.Labels["two"]));
        Assert.Equal(["53/udp", "80/tcp", "8000/tcp", "8001/tcp"], image.Config.ExposedPorts.Order(StringComparer.Ordinal).ToArray());
        Assert.Equal(["/data"], image.Config.Volumes.ToArray());
        Assert.Equal(("1000:1000", "/srv/app", "SIGUSR1", "somebody"), (image.Config.User, image.Config.WorkingDir, image.Config.StopSignal, image.Author));
        Assert.Equal(["/bin/sh", "-ec", "echo $A"], image.Config.Command.ToArray());
        Assert.Equal(["CMD-SHELL", "test -e /srv"], image.Config.Healthcheck!.Test.ToArray());
        Assert.Equal((5, 2, 2), (image.Config.Healthcheck.Interval!.Value.TotalSeconds, image.Config.Healthcheck.StartInterval!.Value.TotalSeconds, image.Config.Healthcheck.Retries));
        Assert.Equal(["RUN true"], image.Config.OnBuild.ToArray());
        Assert.Contains("HEALTHCHECK", string.Join('\n', image.History.Select(step => step.CreatedBy)), StringComparison.Ordinal);

        var child = await _scene.BuildAsync($"FROM {image.Digest}\nUSER 0");
        Assert.Empty(child.Config.OnBuild);
    }

    [Fact]
    public async Task OnBuild_InTheNextBuild_IsDone()
    {
        var image = await _scene.BuildAsync("FROM brig/busybox\nONBUILD RUN echo triggered > /triggered");
        var child = await _scene.BuildAsync($"FROM {image.Digest}");

        Assert.Equal(["triggered"], await _scene.PrintsAsync(child, "cat /triggered"));
    }

    [Fact]
    public async Task Copy_FilesFoldersPatternsAndOwners()
    {
        var image = await _scene.BuildAsync("""
            FROM brig/busybox
            RUN mkdir -p /usr/real && ln -s usr/real /way && echo 'app:x:77:88::/:/bin/sh' >> /etc/passwd && echo 'staff:x:99:' >> /etc/group
            COPY one /single
            COPY *.txt dir /way/
            COPY --chown=app:staff --chmod=600 one /made/deep/file
            COPY --exclude=b dir /kept/
            WORKDIR /work
            COPY one ./
            """, null, ("one", "1"), ("a.txt", "A"), ("b.txt", "B"), ("dir/", ""), ("dir/a", "da"), ("dir/b", "db"), ("dir/sub/", ""), ("dir/sub/c", "dc"));

        Assert.Equal(
            ["1", "a", "a.txt", "b", "b.txt", "sub", "dc", "77:99 600", "77:99 755", "a", "sub", "1", "1714979289"],
            await _scene.PrintsAsync(image, "cat /single; echo; ls /usr/real; cat /usr/real/sub/c; echo; stat -c '%u:%g %a' /made/deep/file /made/deep; ls /kept; cat /work/one; echo; stat -c %Y /single"));
    }

    [Fact]
    public async Task Copy_IgnoredAndHeredocs()
    {
        var image = await _scene.BuildAsync("""
            FROM brig/busybox
            ARG name=world
            COPY . /all/
            COPY <<greeting <<"plain" /made/
            hello $name
            greeting
            hello $name
            plain
            RUN <<EOF
            set -e
            echo script > /ran
            EOF
            RUN <<EOF
            #!/bin/busybox ash
            echo $0 >> /ran
            EOF
            """, null, (".dockerignore", "secret*\n*/skipped\n!secret-but-kept\n"), ("secret", "s"), ("secret-but-kept", "k"), ("dir/", ""), ("dir/skipped", "x"), ("dir/taken", "y"));

        Assert.Equal(
            [".dockerignore", "dir", "secret-but-kept", "taken", "hello world", "hello $name", "script", "/dev/brig-run"],
            await _scene.PrintsAsync(image, "ls -A /all; ls /all/dir; cat /made/greeting /made/plain /ran"));
    }

    [Fact]
    public async Task Copy_HostileContext_StaysInTheContext()
    {
        var task = await _scene.RunAsync("FROM brig/busybox\nCOPY link /stolen", null, ("link", "-> /etc/hostname"));

        Assert.Equal(EngineTaskState.Failed, task.State);
        Assert.Contains("line 2: \"link\" is not there", task.Error, StringComparison.Ordinal);

        var image = await _scene.BuildAsync("FROM brig/busybox\nCOPY ../../../../x /got", null, ("x", "mine"));
        Assert.Equal(["mine"], await _scene.PrintsAsync(image, "cat /got"));
    }

    [Fact]
    public async Task Copy_ImageLinksOutOfItself_TheHostIsNotWritten()
    {
        string victim = _scene.Engine.Folder + "/victim";
        var image = await _scene.BuildAsync($"FROM brig/busybox\nRUN mkdir -p {_scene.Engine.Folder} && ln -s / /up && ln -s {victim} /out\nCOPY x /up/via\nCOPY x /out", null, ("x", "1"));

        Assert.False(File.Exists(victim) || File.Exists("/via"));
        Assert.Equal(["1", "1"], await _scene.PrintsAsync(image, $"cat /via; echo; cat {victim}; echo"));
    }

    [Theory]
    [InlineData("gzip", "1f")]
    [InlineData("lzma", "fd")]
    [InlineData("bz2", "42")]
    public async Task Add_LocalArchive_IsUnpacked(string module, string firstByte)
    {
        string folder = Directory.CreateDirectory(_scene.Engine.Folder + "/archive").FullName;
        await Images.Shell.RunAsync($"""
            cd {folder} && mkdir inner && printf packed > inner/file && ln -s file inner/link && tar -cf plain.tar inner
            python3 -c 'import {module}; open("a.packed", "wb").write({module}.compress(open("plain.tar", "rb").read()))' && tar -cf context.tar a.packed
            """);
        await using var context = File.OpenRead(folder + "/context.tar");
        var task = await _scene.Builder.StartAsync(new() { Dockerfile = "FROM brig/busybox\nADD a.packed /opt\nCOPY a.packed /as-it-is", Network = false }, context);
        task = await _scene.Tasks.WaitAsync(task.Id);

        Assert.Null(task.Error);
        Assert.Equal(["packed", firstByte], await _scene.PrintsAsync(_scene.Engine.Images.Get(task.Result!), "cat /opt/inner/link; echo; od -An -tx1 -N1 /as-it-is | tr -d ' '"));
    }

    [Fact]
    public async Task Stages_CopyFromAndTarget()
    {
        const string File = """
            ARG BASE=brig/busybox
            FROM $BASE AS one
            RUN echo 1 > /out
            FROM ${BASE} AS two
            RUN echo 2 > /out
            FROM $BASE AS unused
            RUN exit 7
            FROM scratch AS last
            COPY --from=one /out /one
            COPY --from=1 /out /two
            COPY --from=brig/busybox /bin/busybox /bin/sh
            """;
        var image = await _scene.BuildAsync(File);
        Assert.Equal(["1", "2"], await _scene.PrintsAsync(image, "while read x; do echo $x; done < /one; while read x; do echo $x; done < /two"));

        var one = await _scene.BuildAsync(File, request => request with { Target = "one" });
        Assert.Equal(["1"], await _scene.PrintsAsync(one, "cat /out"));
    }

    [Fact]
    public async Task Again_NothingChanged_EverythingIsKnownAndTheImageIsTheSame()
    {
        const string File = "FROM brig/busybox\nENV A=1\nRUN date +%N > /when\nCOPY f /f\nWORKDIR /made\nCMD [\"true\"]";
        var first = await _scene.BuildAsync(File, null, ("f", "1"));
        var second = await _scene.RunAsync(File, null, ("f", "1"));

        Assert.Equal(first.Digest, second.Result);
        Assert.Equal(["cached", "cached", "cached"], second.Steps.Where(step => step.Name.Split(' ')[0] is "RUN" or "COPY" or "WORKDIR").Select(step => step.Phase));

        var changed = await _scene.RunAsync(File, null, ("f", "2"));
        Assert.Equal(["cached", "done", "done"], changed.Steps.Where(step => step.Name.Split(' ')[0] is "RUN" or "COPY" or "WORKDIR").Select(step => step.Phase));

        var anew = await _scene.RunAsync(File, request => request with { NoCache = true }, ("f", "1"));
        Assert.DoesNotContain(anew.Steps, step => step.Phase == "cached");
    }

    [Fact]
    public async Task Again_WithAnEpochAndWithoutCache_TheDigestsAreTheSame()
    {
        const string File = "FROM brig/busybox\nARG SOURCE_DATE_EPOCH\nRUN mkdir /d && echo x > /d/f\nCOPY f /f\nWORKDIR /made";
        var arguments = ImmutableDictionary<string, string>.Empty.Add("SOURCE_DATE_EPOCH", "1700000000");
        var first = await _scene.BuildAsync(File, request => request with { NoCache = true, Arguments = arguments }, ("f", "1"));
        var second = await _scene.BuildAsync(File, request => request with { NoCache = true, Arguments = arguments }, ("f", "1"));

        Assert.Equal(first.Digest, second.Digest);
        Assert.Equal(["1700000000"], await _scene.PrintsAsync(first, "stat -c %Y /d/f"));
    }

    [Theory]
    [InlineData("FROM brig/busybox\nRUN true\nRUN echo to the output; exit 3", "Dockerfile line 3: RUN echo to the output; exit 3 ended with code 3; it had no network: the build was asked to have none, or Brig has no default one.")]
    [InlineData("FROM brig/busybox\nRUN [\"/nothing\"]", "Dockerfile line 2: RUN [\"/nothing\"] cannot be run: ")]
    [InlineData("FROM brig/busybxo", "Dockerfile line 1: There is no image \"brig/busybxo\" on this machine. Did you mean \"brig/busybox\"?")]
    [InlineData("FROM brig/busybox\nCOPY none /x", "Dockerfile line 2: \"none\" is not there to be copied.")]
    [InlineData("FROM brig/busybox\nCOPY no*ne /x", "Dockerfile line 2: no file matches \"no*ne\".")]
    [InlineData("FROM brig/busybox\nCOPY --chown=nobodyhere f /x", "Dockerfile line 2: the image has no user \"nobodyhere\"")]
    [InlineData("FROM brig/busybox\nCOPY f d /x", "Dockerfile line 2: 2 sources go into one target")]
    [InlineData("FROM brig/busybox\nCOPY d /bin/sh", "Dockerfile line 2: the directory \"d\" cannot be copied onto /bin/")]
    [InlineData("FROM brig/busybox\nCOPY f /bin/sh/below/it", "Dockerfile line 2: /bin/sh/below/it cannot be written in the image")]
    [InlineData("FROM brig/busybox\nRUN --mount=type=ssh true", "Dockerfile line 2: RUN --mount=type=ssh: type=ssh is not built here")]
    [InlineData("FROM brig/busybox\nRUN --mount=type=cache true", "Dockerfile line 2: RUN --mount=type=cache: the target is missing")]
    [InlineData("FROM brig/busybox\nRUN --mount=type=cache,target=/ true", "Dockerfile line 2: RUN --mount=type=cache,target=/ true cannot be run: Nothing can be mounted on /")]
    [InlineData("FROM brig/busybox\nRUN --mount=source=none,target=/x true", "Dockerfile line 2: RUN --mount: \"none\" is not there to be mounted")]
    [InlineData("FROM brig/busybox\nRUN --mount=type=secret,id=key,required true", "Dockerfile line 2: the secret \"key\" was not given to this build")]
    [InlineData("FROM brig/busybox\nEXPOSE 99999", "Dockerfile line 2: \"99999\" is no port")]
    [InlineData("FROM brig/busybox\nADD http://127.0.0.1:1/x /x", "Dockerfile line 2: http://127.0.0.1:1/x cannot be fetched: 127.0.0.1 is 127.0.0.1, this machine or its link")]
    [InlineData("FROM brig/busybox\nADD http://[::ffff:169.254.169.254]/x /x", "Dockerfile line 2: http://[::ffff:169.254.169.254]/x cannot be fetched: ")]
    [InlineData("FROM brig/busybox\nCOPY f /.wh.bin", "Dockerfile line 2: the name \".wh.bin\" means in a layer another file's removal")]
    [InlineData("FROM brig/busybox\nWORKDIR /.wh.bin", "Dockerfile line 2: the name \".wh.bin\" means in a layer another file's removal")]
    [InlineData("FROM brig/busybox\nADD https://example.com/x.git /x", "Dockerfile line 2: \"https://example.com/x.git\" is a git repository")]
    [InlineData("FROM --platform=linux/s390x brig/busybox", "Dockerfile line 1: the platform \"linux/s390x\" is not this machine's")]
    public async Task Wrong_OneSentenceWithTheLineAndNothingIsLeft(string dockerfile, string sentence)
    {
        var task = await _scene.RunAsync(dockerfile, null, ("f", "1"), ("d/", ""));

        Assert.Equal(EngineTaskState.Failed, task.State);
        Assert.StartsWith(sentence, task.Error, StringComparison.Ordinal);
        Assert.Empty(_scene.Engine.Containers.List());
        Assert.Equal(["brig/busybox:latest"], _scene.Engine.Images.List().Select(image => image.Reference).ToArray());
        Assert.Empty(Directory.GetFileSystemEntries(_scene.Engine.Paths.Builds));
    }

    [Fact]
    public async Task Start_WrongDockerfile_IsRefusedBeforeThereIsATask()
    {
        var error = await Assert.ThrowsAsync<EngineException>(() => _scene.Builder.StartAsync(new() { Dockerfile = "FROM a\nRUNN x" }, null));

        Assert.Equal(EngineErrorKind.Invalid, error.Kind);
        Assert.DoesNotContain(_scene.Tasks.List(), task => task.Kind == "build");
    }

    [Fact]
    public async Task Cancel_WhileItRuns_TheContainerEndsAndNothingIsLeft()
    {
        var task = await _scene.Builder.StartAsync(new() { Dockerfile = "FROM brig/busybox\nRUN echo begun; sleep 1000", Network = false }, null);
        await Wait.Until(() => _scene.Engine.Containers.List().Any(container => container.State.Status == ContainerStatus.Running), () => "no container runs");
        _scene.Tasks.Cancel(task.Id);

        Assert.Equal(EngineTaskState.Cancelled, (await _scene.Tasks.WaitAsync(task.Id)).State);
        Assert.Empty(_scene.Engine.Containers.List());
        Assert.Single(_scene.Engine.Images.List());
    }

    [Fact]
    public async Task Begin_AfterAnEngineThatDiedInAStep_ItsContainerAndImageAreGone()
    {
        var task = await _scene.Builder.StartAsync(new() { Dockerfile = "FROM brig/busybox\nRUN sleep 1000", Network = false }, null);
        await Wait.Until(() => _scene.Engine.Containers.List().Any(container => container.State.Status == ContainerStatus.Running), () => "no container runs");
        string[] notes = Directory.GetFiles(_scene.Engine.Paths.Builds);
        string kept = await File.ReadAllTextAsync(notes[0]);
        await _scene.Engine.EndAsync();     // the build ends with it; put back what a kill would have left
        Directory.CreateDirectory(_scene.Engine.Paths.Builds);
        await File.WriteAllTextAsync(notes[0], kept);
        await _scene.Engine.BeginAsync();

        Assert.Empty(_scene.Engine.Containers.List());
        Assert.Empty(Directory.GetFiles(_scene.Engine.Paths.Builds));
        Assert.NotEqual(EngineTaskState.Running, _scene.Tasks.Get(task.Id).State);
    }

    [Fact]
    public async Task PruneCache_LayersOfNoImageGo()
    {
        await _scene.BuildAsync("FROM brig/busybox\nRUN echo x > /x", request => request with { Tags = ["kept"] });
        await _scene.RunAsync("FROM brig/busybox\nRUN echo y > /y\nRUN exit 1");
        int before = Directory.GetDirectories(_scene.Engine.Paths.Layers).Length;
        await _scene.Builder.PruneCacheAsync();

        Assert.Equal(3, before);
        Assert.Equal(2, Directory.GetDirectories(_scene.Engine.Paths.Layers).Length);
        Assert.Equal(0, _scene.Builder.CacheUsage().Entries);
    }
}
