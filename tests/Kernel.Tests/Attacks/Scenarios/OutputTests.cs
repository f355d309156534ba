using Brig.Engine.Containers;
using Brig.Engine.Logs;
using Brig.Kernel.Tests.Engine;
using Brig.Tests;

namespace Brig.Kernel.Tests.Attacks.Scenarios;

/// <summary>A container's output is hostile input: to the log, to the shim, to who watches.</summary>
public class OutputTests : ScenarioTest
{
    [Fact]
    [Scenario("Forge lines of the log: another stream, another time, a line that was never ended", "every byte stays text of the line it was written in")]
    public async Task Log_LinesThatLookLikeItsOwn_AreText()
    {
        string forged = "2001-01-01T00:00:00.000000000Z stderr F forged";
        var container = await Prisoner.StartAsync(_engine, $"printf '%s\\n' '{forged}' 'P F' ''; printf 'a\\r{forged}\\033[2J\\000b\\n'; printf '{forged}'");
        await _engine.Containers.WaitAsync(container.Name).WaitAsync(Wait.Limit);
        var lines = new List<LogLine>();
        await foreach (var batch in _engine.Logs.ReadAsync(container.Name, new LogQuery()))
        {
            Assert.Equal(0, batch.Skipped);
            lines.AddRange(batch.Lines);
        }

        Assert.Equal([forged, "P F", "", $"a\r{forged}\u001b[2J\0b", forged], lines.Select(line => line.Text));
        Assert.All(lines, line => Assert.Equal(OutputStream.Stdout, line.Stream));
        Assert.All(lines, line => Assert.InRange(line.Nanoseconds / 1_000_000_000, DateTimeOffset.UnixEpoch.AddYears(50).ToUnixTimeSeconds(), long.MaxValue));
    }

    [Fact]
    [Scenario("Exhaust the memory of who keeps the log: endless lines, and a viewer that does not read", "fixed buffers; a slow viewer is skipped")]
    public async Task Shim_FloodedWhileSomebodyDoesNotRead_StaysSmall()
    {
        var container = await Prisoner.StartAsync(_engine, "touch /ready; while [ ! -e /go ]; do sleep 0.02; done; head -c 12000000 /dev/zero; yes | head -c 2000000; echo end; sleep 1000");
        await using var idle = await _engine.Containers.AttachAsync(container.Name);
        await using var enumerator = idle.ReadAsync().GetAsyncEnumerator();
        await Prisoner.ExecAsync(_engine, container, new() { Command = ["touch", "/go"] });
        Assert.True(await enumerator.MoveNextAsync());   // the first bytes, and no more
        await Wait.Until(async () => (await LastAsync(container)) == "end", "it has written all of it", TimeSpan.FromMinutes(1));
        string shim = (await File.ReadAllTextAsync(_engine.Paths.Shim(container.Id) + "/shim.pid")).Trim();
        long peak = long.Parse((await File.ReadAllLinesAsync($"/proc/{shim}/status")).First(line => line.StartsWith("VmHWM:", StringComparison.Ordinal)).Split(' ', StringSplitOptions.RemoveEmptyEntries)[1]);

        Assert.InRange(peak, 100, 24 * 1024);
    }

    [Fact]
    [Scenario("Flood who tells of denied calls", "counted where they are refused, told at intervals")]
    public async Task DeniedCalls_Flooded_TheEngineAnswersAndTheContainerEnds()
    {
        var container = await Prisoner.StartAsync(_engine, "attack flood-denied & attack flood-denied & attack flood-denied & attack flood-denied & wait");
        for (int i = Prisoner.Turns(5); i > 0; i--)
        {
            Assert.Equal("here\n", (await Prisoner.ExecAsync(_engine, container, new() { Command = ["echo", "here"] })).Output);
        }
        var stopped = await _engine.Containers.StopAsync(container.Name, TimeSpan.Zero).WaitAsync(Wait.Limit);
        Assert.Equal(137, stopped.State.Exit!.Code);
    }

    private async Task<string> LastAsync(Container container)
    {
        await foreach (var batch in _engine.Logs.ReadAsync(container.Name, new LogQuery { Tail = 1 }))
        {
            if (!batch.Lines.IsEmpty)
            {
                return batch.Lines[^1].Text;
            }
        }
        return "";
    }
}
