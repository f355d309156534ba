using Brig.Engine.Containers;

namespace Brig.Kernel.Tests.Stacks;

/// <summary>A stack whose files, labels or containers mean harm.</summary>
public sealed class HostileStackTests
{
    [Fact]
    public async Task Restart_AContainerPutALinkWhereItsMountBegins_TheMachinesFilesAreNotMounted()
    {
        await using var scene = await StackScene.StartAsync();
        string outside = Directory.CreateTempSubdirectory("brig-outside-").FullName;
        File.WriteAllText(outside + "/marker", "the machine's");
        try
        {
            await scene.UpAsync("trap", """
                services:
                  web:
                    image: brig/busybox
                    command: sleep 1000
                    init: true
                    volumes: ['.:/all', './data:/data']
                """);
            Assert.Equal("ok", await scene.TryRun("trap-web-1", $"rmdir /all/data && ln -s {outside} /all/data && echo ok"));
            await Assert.ThrowsAnyAsync<Brig.Engine.EngineException>(() => scene.Containers.RestartAsync("trap-web-1", TimeSpan.Zero));
            Assert.NotEqual(ContainerStatus.Running, scene.Get("trap-web-1").State.Status);
            Assert.Equal("the machine's", File.ReadAllText(outside + "/marker"));
        }
        finally
        {
            Directory.Delete(outside, recursive: true);
        }
    }

    [Theory]
    [InlineData("x")]
    [InlineData("[]")]
    [InlineData("[null]")]
    [InlineData("[{\"path\": \"/etc/passwd\", \"fingerprint\": \"x\", \"uid\": 0, \"gid\": 0, \"mode\": 511}]")]
    public async Task Apply_ALabelOfOursThatSomebodyElseWrote_HoldsUpNobody(string label)
    {
        await using var scene = await StackScene.StartAsync();
        await scene.UpAsync("liar", $$"""
            services:
              web:
                image: brig/busybox
                command: sleep 1000
                init: true
                labels: ['brig.stack.files={{label}}']
            """);
        Assert.False(scene.Get("liar-web-1").Spec.Labels.ContainsKey("brig.stack.files"));
        var own = await scene.Containers.CreateAsync(new() { Image = "brig/busybox", Command = ["sleep", "1000"], Init = true, Networks = [], Labels = scene.Get("liar-web-1").Spec.Labels.Clear().Add("brig.stack.files", label) });
        await scene.Containers.StartAsync(own.Id.Value);
        await scene.DoneAsync(scene.Stacks.ApplyAsync("liar"));
        await scene.Containers.RemoveAsync(own.Id.Value, force: true);
    }
}
