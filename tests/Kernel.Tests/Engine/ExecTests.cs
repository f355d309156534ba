using System.Text;
using Brig.Engine;
using Brig.Engine.Containers;
using Brig.Tests;

namespace Brig.Kernel.Tests.Engine;

[Trait("Guest", "too")]
public class ExecTests : IAsyncLifetime
{
    private EngineScene _engine = null!;
    private Container _container = null!;

    public async Task InitializeAsync()
    {
        _engine = await EngineScene.StartAsync();
        _container = await _engine.RunAsync("cat", spec => spec with { OpenStdin = true, Env = ["COLOUR=blue"] });
    }

    public async Task DisposeAsync() => await _engine.DisposeAsync();

    [Fact]
    public async Task ExecAttached_ShortProgram_EveryByteAndItsCode()
    {
        var (exec, streams) = await _engine.Containers.ExecAttachedAsync(_container.Name, new() { Command = ["sh", "-c", "echo $COLOUR $MORE; hostname; exit 5"], Env = ["MORE=red"] });
        await using var held = streams;

        Assert.Equal($"blue red\n{_container.Id.Short}\n", await ReadAllAsync(streams));
        Assert.Equal(5, (await _engine.Containers.WaitExecAsync(exec.Id)).Code);
        Assert.NotNull(_engine.Containers.GetExec(exec.Id).Exit);
    }

    [Fact]
    public async Task ExecAttached_TenMegabytes_NotOneIsMissing()
    {
        var (_, streams) = await _engine.Containers.ExecAttachedAsync(_container.Name, new() { Command = ["sh", "-c", "head -c 10000000 /dev/zero"] });
        await using var held = streams;
        long bytes = 0;
        await foreach (var chunk in streams.ReadAsync())
        {
            bytes += chunk.Bytes.Length;
            Assert.Equal(0, chunk.SkippedBytes);
        }

        Assert.Equal(10_000_000, bytes);
    }

    [Fact]
    public async Task AttachExec_AfterItsEnd_ReplaysWhatItWrote()
    {
        var exec = await _engine.Containers.ExecAsync(_container.Name, new() { Command = ["echo", "gone"] });
        await _engine.Containers.WaitExecAsync(exec.Id);
        await using var streams = await _engine.Containers.AttachExecAsync(exec.Id);

        Assert.Equal("gone\n", await ReadAllAsync(streams));
    }

    [Fact]
    public async Task AttachExec_Terminal_AnswersAndResizes()
    {
        var exec = await _engine.Containers.ExecAsync(_container.Name, new() { Command = ["sh"], Tty = true, OpenStdin = true, Rows = 30, Columns = 100 });
        await using var streams = await _engine.Containers.AttachExecAsync(exec.Id);
        await streams.WriteAsync(Encoding.UTF8.GetBytes("stty size; exit 6\n"));

        Assert.Contains("30 100", await ReadAllAsync(streams));
        Assert.Equal(6, (await _engine.Containers.WaitExecAsync(exec.Id)).Code);
    }

    [Fact]
    public async Task Attach_Cat_AnswersToTwoAtOnce()
    {
        await using var one = await _engine.Containers.AttachAsync(_container.Name);
        await using var two = await _engine.Containers.AttachAsync(_container.Name);
        await one.WriteAsync("hello\n"u8.ToArray());
        await Wait.Until(async () => (await _engine.OutputAsync(_container)).Contains("hello"), "cat echoes");
        await one.CloseInputAsync();

        Assert.Equal("hello\n", await ReadAllAsync(one));
        Assert.Equal("hello\n", await ReadAllAsync(two));
        Assert.Equal(0, (await _engine.Containers.WaitAsync(_container.Name)).Code);
    }

    [Fact]
    public async Task KillExec_Running_EndsBySignal()
    {
        var exec = await _engine.Containers.ExecAsync(_container.Name, new() { Command = ["sleep", "1000"] });
        await _engine.Containers.KillExecAsync(exec.Id);

        Assert.Equal(new ExitStatus(137, 9, false), await _engine.Containers.WaitExecAsync(exec.Id));
    }

    [Fact]
    public async Task Remove_WhileExecRuns_ExecEndsToo()
    {
        var exec = await _engine.Containers.ExecAsync(_container.Name, new() { Command = ["sleep", "1000"] });
        var ended = _engine.Containers.WaitExecAsync(exec.Id);
        await _engine.Containers.RemoveAsync(_container.Name, force: true);

        Assert.Equal(137, (await ended.WaitAsync(Wait.Limit)).Code);
        await Wait.Until(() => _engine.Traces(_container.Id).Length == 0, () => string.Join('\n', _engine.Traces(_container.Id)));
        await Wait.Until(() => !Directory.Exists(_engine.Paths.ExecRun(exec.Id)), "the exec's run folder is gone");
    }

    [Fact]
    public async Task Exec_NoSuchProgram_IsOneSentenceAndLeavesNothing()
    {
        var error = await Assert.ThrowsAsync<EngineException>(() => _engine.Containers.ExecAsync(_container.Name, new() { Command = ["nonesuch"] }));

        Assert.Equal(EngineErrorKind.Invalid, error.Kind);
        Assert.Contains("nonesuch", error.Message);
        Assert.Empty(_engine.Containers.ListExecs(_container.Name));
        await Wait.Until(() => Directory.GetDirectories(_engine.Paths.Execs).Length == 0, "its run folder is gone");
    }

    [Fact]
    public async Task Exec_EngineRestarts_GoesOnAndIsFound()
    {
        var exec = await _engine.Containers.ExecAsync(_container.Name, new() { Command = ["sh", "-c", "echo before; while [ ! -e /go ]; do sleep 0.02; done; exit 9"] });
        await _engine.EndAsync();
        await _engine.BeginAsync();

        Assert.Null(_engine.Containers.GetExec(exec.Id).Exit);
        await _engine.Containers.ExecAsync(_container.Name, new() { Command = ["touch", "/go"] });
        Assert.Equal(9, (await _engine.Containers.WaitExecAsync(exec.Id).WaitAsync(Wait.Limit)).Code);
    }

    private static async Task<string> ReadAllAsync(IAttachment streams)
    {
        using var limit = new CancellationTokenSource(Wait.Limit);
        var all = new MemoryStream();
        await foreach (var chunk in streams.ReadAsync(limit.Token))
        {
            all.Write(chunk.Bytes.Span);
        }
        return Encoding.UTF8.GetString(all.ToArray());
    }
}
