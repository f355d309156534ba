using Brig.Engine;
using Brig.Engine.Build;
using Brig.Engine.Containers;
using Brig.Engine.Images;
using Brig.Kernel.Tests.Engine;
using Brig.Tests;

namespace Brig.Kernel.Tests.Images;

public class CommitTests : EngineTest
{
    private const string Changes = "echo new > /etc/new; rm /etc/profile; rm -r /var/www; mkdir /var/www; echo w > /var/www/w; chown 1000:1000 /etc/new; ln /etc/new /hard; adduser -h /home/x -D x 2>/dev/null; sleep 1000";
    private const string Look = "cat /hard; ls -ln /etc/new | cut -d' ' -f1,5-12 | tr -s ' ' | cut -d' ' -f1,2; stat -c %u:%g /etc/new /bin/busybox; test -e /etc/profile || echo gone; ls /var/www; cat /proc/self/uid_map > /dev/null && stat -c %u /home/user";

    private ICommits Commits => _engine.Get<ICommits>();

    [Fact]
    public async Task Commit_OfARunningContainer_IsWhatItSawInside()
    {
        var container = await _engine.RunAsync(Changes, spec => spec with { Env = ["COLOUR=blue"] });
        await Wait.Until(async () => (await _engine.Containers.TopAsync(container.Name)).Any(row => row.Command.StartsWith("sleep", StringComparison.Ordinal)), "the changes are made");
        string before = await InsideAsync(container, Look);
        var image = await Commits.CommitAsync(container.Name, new("mine/changed:2", Comment: "changed"));
        var again = await _engine.Containers.CreateAsync(new() { Image = "mine/changed:2", Entrypoint = ["sh", "-c"], Command = [Look + "; echo $COLOUR"] });
        await _engine.Containers.StartAsync(again.Name);
        await _engine.Containers.WaitAsync(again.Name);

        Assert.Equal(ContainerStatus.Running, _engine.Containers.Get(container.Name).State.Status);
        Assert.Equal(2, image.Parts.Length);
        Assert.Equal(("changed", false), (image.History[^1].Comment, image.History[^1].EmptyLayer));
        Assert.Equal(before.Split('\n').Append("blue"), await _engine.OutputAsync(again));
        Assert.Contains("1000:1000\n0:0\ngone\nw", before);
        await _engine.Containers.RemoveAsync(container.Name, force: true);
        await Assert.ThrowsAsync<EngineException>(() => _engine.Images.RemoveAsync("mine/changed:2"));
    }

    [Fact]
    public async Task Export_AndImport_IsTheSameRoot()
    {
        var container = await _engine.RunAsync(Changes);
        await Wait.Until(async () => (await _engine.Containers.TopAsync(container.Name)).Any(row => row.Command.StartsWith("sleep", StringComparison.Ordinal)), "the changes are made");
        string before = await InsideAsync(container, Look);
        await using (var file = File.Create(_engine.Folder + "/out.tar"))
        {
            await Commits.ExportAsync(container.Name, file);
        }
        string names = await Shell.RunAsync($"tar -tf {_engine.Folder}/out.tar");
        await using var back = File.OpenRead(_engine.Folder + "/out.tar");
        await _engine.Images.ImportAsync("flat:1", back, new() { Env = ["PATH=/bin"] });
        var again = await _engine.Containers.CreateAsync(new() { Image = "flat:1", Entrypoint = ["sh", "-c"], Command = [Look] });
        await _engine.Containers.StartAsync(again.Name);
        await _engine.Containers.WaitAsync(again.Name);

        Assert.Equal(before.Split('\n'), await _engine.OutputAsync(again));
        Assert.DoesNotContain(".wh.", names);
        Assert.DoesNotContain("proc/self", names);
    }

    [Fact]
    public async Task Commit_OfOneNeverStarted_HasNoLayerOfItsOwn()
    {
        var container = await _engine.CreateAsync("true");
        var image = await Commits.CommitAsync(container.Name, new());

        Assert.True(image.IsDangling);
        Assert.Contains(image.Digest, (await _engine.Images.PruneAsync(new())).Removed);
    }

    private async Task<string> InsideAsync(Container container, string script)
    {
        var (exec, streams) = await _engine.Containers.ExecAttachedAsync(container.Name, new() { Command = ["sh", "-c", script] });
        var bytes = new MemoryStream();
        await foreach (var chunk in streams.ReadAsync())
        {
            bytes.Write(chunk.Bytes.Span);
        }
        await streams.DisposeAsync();
        Assert.Equal(0, (await _engine.Containers.WaitExecAsync(exec.Id)).Code);
        return System.Text.Encoding.UTF8.GetString(bytes.ToArray()).Trim();
    }
}
