using System.Text;
using Brig.Engine;
using Brig.Engine.Containers;
using Brig.Tests;

namespace Brig.Kernel.Tests.Engine;

public class AttachTests : EngineTest
{
    [Fact]
    public async Task AttachWhole_BeforeTheStart_TwoSeeEveryByteOfAnInstant()
    {
        var container = await _engine.CreateAsync("echo first; echo last >&2");
        await using var one = await _engine.Containers.AttachWholeAsync(container.Name);
        await using var two = await _engine.Containers.AttachWholeAsync(container.Name);
        await using (await _engine.Containers.AttachWholeAsync(container.Name))
        {
            // goes away before anything came
        }
        await _engine.Containers.StartAsync(container.Name);

        Assert.Equal("first\nlast\n", await TextAsync(one));
        Assert.Equal("first\nlast\n", await TextAsync(two));
    }

    [Fact]
    public async Task AttachWhole_SlowReader_ProgramWaitsAndNothingIsMissing()
    {
        var container = await _engine.CreateAsync("head -c 20000000 /dev/zero");
        await using var streams = await _engine.Containers.AttachWholeAsync(container.Name);
        await _engine.Containers.StartAsync(container.Name);
        long bytes = 0;
        await foreach (var chunk in streams.ReadAsync())
        {
            await Task.Yield();
            bytes += chunk.Bytes.Length;
            Assert.Equal(0, chunk.SkippedBytes);
        }

        Assert.Equal(20_000_000, bytes);
    }

    [Fact]
    public async Task AttachWhole_ReaderStalls_EndIsToldItsShimGoesAndItCanReadTheRestLater()
    {
        var container = await _engine.CreateAsync("yes $(printf %999s | tr ' ' x) & sleep 1000");
        await using var stalled = await _engine.Containers.AttachWholeAsync(container.Name);
        await _engine.Containers.StartAsync(container.Name);
        await Wait.Until(() => Logged(container) > 1_200_000, "it has written more than the engine keeps for one reader");
        string shim = "/proc/" + File.ReadAllText(_engine.Paths.Shim(container.Id) + "/shim.pid").Trim();
        var exit = _engine.Containers.WaitAsync(container.Name);
        await _engine.Containers.KillAsync(container.Name);

        Assert.Equal(137, (await exit.WaitAsync(Wait.Limit)).Code);
        await Wait.Until(() => !Directory.Exists(shim), "its shim has given all of it to the engine");
        long letters = 0;
        await foreach (var chunk in stalled.ReadAsync())
        {
            letters += chunk.Bytes.Span.Count((byte)'x');
            Assert.Equal(0, chunk.SkippedBytes);
        }
        Assert.Equal(Logged(container), letters);
    }

    /// <summary>Letters in its log.</summary>
    private long Logged(Container container) => Directory.GetFiles(_engine.Paths.Container(container.Id) + "/log").Sum(file => (long)File.ReadAllBytes(file).AsSpan().Count((byte)'x'));

    [Fact]
    public async Task AttachWhole_OneTooMany_IsRefusedAndAnOldOnesEndMakesRoom()
    {
        var container = await _engine.RunAsync("sleep 1000");
        var all = new List<IAttachment>();
        var refused = await Assert.ThrowsAsync<EngineException>(async () =>
        {
            while (all.Count < 1000)
            {
                all.Add(await _engine.Containers.AttachWholeAsync(container.Name));
            }
        });
        Assert.Equal((EngineErrorKind.Busy, 256), (refused.Kind, all.Count));
        await all[0].DisposeAsync();
        all[0] = await _engine.Containers.AttachWholeAsync(container.Name);
        foreach (var attachment in all)
        {
            await attachment.DisposeAsync();
        }
    }

    [Fact]
    public async Task AttachWhole_InputBeforeTheStart_WaitsForIt()
    {
        var container = await _engine.CreateAsync("cat; exit 4", spec => spec with { OpenStdin = true });
        await using var streams = await _engine.Containers.AttachWholeAsync(container.Name);
        var feeding = Task.Run(async () =>
        {
            await streams.WriteAsync("early\n"u8.ToArray());
            await streams.CloseInputAsync();
        });
        var end = _engine.Containers.WaitAsync(container.Name, WaitFor.NextExit);
        await _engine.Containers.StartAsync(container.Name);

        Assert.Equal("early\n", await TextAsync(streams));
        Assert.Equal(4, (await end.WaitAsync(Wait.Limit)).Code);
        await feeding;
    }

    [Fact]
    public async Task AttachWhole_StartFailsOrContainerGoes_Ends()
    {
        var container = await _engine.CreateAsync("true", spec => spec with { Command = ["/none"] });
        await using var streams = await _engine.Containers.AttachWholeAsync(container.Name);
        await Assert.ThrowsAsync<EngineException>(() => _engine.Containers.StartAsync(container.Name));
        Assert.Equal("", await TextAsync(streams));

        await using var again = await _engine.Containers.AttachWholeAsync(container.Name);
        var removed = _engine.Containers.WaitAsync(container.Name, WaitFor.Removed);
        await _engine.Containers.RemoveAsync(container.Name);
        Assert.Equal("", await TextAsync(again));
        await removed.WaitAsync(Wait.Limit);
    }

    [Fact]
    public async Task PreparedExec_StartedTwice_RunsOnceAndAMissingProgramHasAnEnd()
    {
        var container = await _engine.RunAsync("sleep 1000");
        var prepared = _engine.Containers.PrepareExec(container.Name, new() { Command = ["sh", "-c", "echo ran; exit 6"] });
        Assert.Equal((0, null), (prepared.Pid, prepared.Exit));

        var (started, streams) = await _engine.Containers.StartExecAttachedAsync(prepared.Id);
        await using var held = streams;
        Assert.Equal(prepared.Id, started.Id);
        Assert.Equal("ran\n", await TextAsync(streams));
        Assert.Equal(6, (await _engine.Containers.WaitExecAsync(prepared.Id).WaitAsync(Wait.Limit)).Code);
        await Assert.ThrowsAsync<EngineException>(() => _engine.Containers.StartExecAsync(prepared.Id));

        var missing = _engine.Containers.PrepareExec(container.Name, new() { Command = ["none-such"] });
        await Assert.ThrowsAsync<EngineException>(() => _engine.Containers.StartExecAsync(missing.Id));
        Assert.Equal(127, _engine.Containers.GetExec(missing.Id).Exit!.Code);
    }

    [Fact]
    public async Task ResizeExec_BeforeItsStart_WaitsForIt()
    {
        var container = await _engine.RunAsync("sleep 1000");
        var prepared = _engine.Containers.PrepareExec(container.Name, new() { Command = ["sh", "-c", "until [ \"$(stty size)\" = '40 90' ]; do sleep 0.02; done; echo so it is"], Tty = true });
        var resized = _engine.Containers.ResizeExecAsync(prepared.Id, 40, 90);
        Assert.False(resized.IsCompleted);

        var (_, streams) = await _engine.Containers.StartExecAttachedAsync(prepared.Id);
        await using var held = streams;
        await resized.WaitAsync(Wait.Limit);
        Assert.Equal("so it is\r\n", await TextAsync(streams));
    }

    [Fact]
    public async Task PrepareExec_MegabytesOfArguments_OldOnesAreForgottenAndEventsAreShort()
    {
        var container = await _engine.RunAsync("sleep 1000");
        ExecSpec large = new() { Command = ["true", .. Enumerable.Repeat(new string('x', 125_000), 16)] };
        Exec[] all = [.. Enumerable.Range(0, 9).Select(_ => _engine.Containers.PrepareExec(container.Name, large))];

        Assert.Equal(EngineErrorKind.NotFound, Assert.Throws<EngineException>(() => _engine.Containers.GetExec(all[0].Id)).Kind);
        Assert.Equal(all[8].Id, _engine.Containers.GetExec(all[8].Id).Id);
        var events = await _engine.Events.ListAsync(kind: "exec");
        Assert.Equal(9, events.Length);
        Assert.All(events, one => Assert.Equal(4097, one.Attributes["command"].Length));
    }

    private static async Task<string> TextAsync(IAttachment streams)
    {
        var text = new StringBuilder();
        using var patience = new CancellationTokenSource(Wait.Limit);
        await foreach (var chunk in streams.ReadAsync(patience.Token))
        {
            text.Append(Encoding.UTF8.GetString(chunk.Bytes.Span));
        }
        return text.ToString();
    }
}
