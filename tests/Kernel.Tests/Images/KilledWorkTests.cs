using System.Text;
using Brig.Engine;
using Brig.Engine.Build;
using Brig.Engine.Tasks;
using Brig.Kernel.Tests.Build;
using Brig.Kernel.Tests.Engine;
using Brig.Tests;

namespace Brig.Kernel.Tests.Images;

/// <summary>kill -9 of the whole program in the middle of an unpacking and of a build: nothing half is seen afterwards, nothing is left, and the second try succeeds.</summary>
[Trait("Needs", "peers")]
public class KilledWorkTests
{
    [Fact]
    public async Task Kill9_InMidUnpack_NothingOfItIsLeftAndTheSecondTrySucceeds()
    {
        await using var scene = new EngineScene();
        byte[] tar = await TarAsync(scene);
        foreach (int percent in new[] { 10, 90 })
        {
            using var body = new StallingStream(tar, tar.Length / 100 * percent);
            using (var brig = await Engine.BrigProcess.StartAsync(scene))
            {
                var import = brig.TryUploadAsync("images?reference=half:1", body);
                await Wait.Until(() => body.IsRead && Directory.GetDirectories(scene.Paths.Trash, "layer-*").Any(folder => Directory.GetFiles(folder).Length > percent * 2), $"{percent} % are unpacked");
                await brig.KillAsync();
                body.Break();
                Assert.False(await import);
            }
            await scene.BeginAsync();
            await AssertOnlyBusyboxAsync(scene);
            await scene.EndAsync();
        }
        await scene.BeginAsync();
        await scene.Images.ImportAsync("half:1", new MemoryStream(tar), new());

        Assert.Equal(400, Directory.GetFiles(scene.Images.Get("half:1").Layers[0]).Length);
    }

    [Fact]
    public async Task Kill9_InMidBuild_WhatWasDoneIsKnownAndNothingElseIsLeft()
    {
        await using var scene = new EngineScene();
        const string First = "FROM brig/busybox\nRUN echo kept > /kept\n";
        using (var brig = await Engine.BrigProcess.StartAsync(scene))
        {
            Assert.True(await brig.TryUploadAsync("images/-/build?tag=half:1", new MemoryStream(Encoding.UTF8.GetBytes(First + "RUN echo gone > /gone; sleep 1000")), "text/plain"));
            await Wait.Until(() => Directory.GetDirectories(scene.Paths.Containers).Any(folder => File.Exists(folder + "/upper/gone")), "the second step is half done");
            await brig.KillAsync();
        }
        await scene.BeginAsync();
        var interrupted = Assert.Single(scene.Get<ITasks>().List(), task => task.Kind == "build");
        Assert.Equal(EngineTaskState.Interrupted, interrupted.State);
        await AssertOnlyBusyboxAsync(scene, layers: 2);
        Assert.Empty(scene.Containers.List());
        Assert.Empty(Directory.GetFileSystemEntries(scene.Paths.Builds));

        var build = await new BuildScene(scene).RunAsync(First + "RUN echo whole > /whole", request => request with { Tags = ["half:1"] });
        Assert.True(build.State == EngineTaskState.Succeeded, build.Error);
        Assert.Equal(["cached", "done"], build.Steps.Select(step => step.Phase));
        Assert.Equal(3 + 4, Directory.GetFiles(scene.Paths.Images + "/blobs/sha256").Length);     // three layers, two images' manifests and configurations
        Assert.Equal(["kept", "whole"], await new BuildScene(scene).PrintsAsync(scene.Images.Get("half:1"), "cat /kept /whole; test ! -e /gone"));
    }

    [Fact]
    public async Task Kill9_WhileTheContextComes_NothingIsLeft()
    {
        await using var scene = new EngineScene();
        byte[] tar = await TarAsync(scene);
        using var body = new StallingStream(tar, tar.Length / 2);
        using (var brig = await Engine.BrigProcess.StartAsync(scene))
        {
            var build = brig.TryUploadAsync("images/-/build?tag=half:1", body);
            await Wait.Until(() => body.IsRead && Directory.GetDirectories(scene.Paths.Trash, "build-*").Length == 1, "half of the context is here");
            await brig.KillAsync();
            body.Break();
            Assert.False(await build);
        }
        await scene.BeginAsync();

        await AssertOnlyBusyboxAsync(scene);
    }

    private static async Task AssertOnlyBusyboxAsync(EngineScene scene, int layers = 1)
    {
        Assert.Equal("brig/busybox:latest", Assert.Single(scene.Images.List()).Reference);
        Assert.Equal(layers, Directory.GetDirectories(scene.Paths.Layers).Length);
        Assert.Equal(layers + 2, Directory.GetFiles(scene.Paths.Images + "/blobs/sha256").Length);
        await scene.TrashIsEmptyAsync();
        Assert.DoesNotContain(scene.Get<ITasks>().List(), task => task.State == EngineTaskState.Running);
    }

    private static async Task<byte[]> TarAsync(EngineScene scene)
    {
        await Shell.RunAsync($"mkdir -p {scene.Folder}/tree && cd {scene.Folder}/tree && for i in $(seq 400); do head -c 20000 /dev/urandom > f$i; done; tar -cf ../tree.tar f*");
        return await File.ReadAllBytesAsync(scene.Folder + "/tree.tar");
    }

    /// <summary>Gives so many bytes and then nothing more, as a client does whose network is gone.</summary>
    private sealed class StallingStream(byte[] bytes, int most) : Stream
    {
        private readonly TaskCompletionSource _broken = new(TaskCreationOptions.RunContinuationsAsynchronously);
        private int _at;

        public bool IsRead => _at == most;
        public void Break() => _broken.TrySetResult();

        public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
        {
            if (_at == most)
            {
                await _broken.Task.WaitAsync(cancellationToken);
                return 0;
            }
            int count = Math.Min(buffer.Length, most - _at);
            bytes.AsMemory(_at, count).CopyTo(buffer);
            _at += count;
            return count;
        }

        public override bool CanRead => true;
        public override bool CanSeek => false;
        public override bool CanWrite => false;
        public override long Length => throw new NotSupportedException();
        public override long Position { get => _at; set => throw new NotSupportedException(); }
        public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();
        public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();
        public override void SetLength(long value) => throw new NotSupportedException();
        public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();
        public override void Flush()
        {
        }
    }
}
