using System.Diagnostics;
using Brig.Engine;
using Brig.Engine.Containers;
using Brig.Engine.Isolation;
using Brig.Kernel.Tests.Engine;

namespace Brig.Kernel.Tests.Isolation;

/// <summary>The container's root sees the process that looks, and does what it can against it.</summary>
public class HostileLookTests : EngineTest
{
    [Theory]
    [InlineData("KILL")]
    [InlineData("STOP")]
    public async Task Look_AgainstARootThatSignalsAllItSees_AnswersOrSaysWhyInTime(string signal)
    {
        var container = await _engine.RunAsync($"while :; do kill -{signal} -1; done 2>/dev/null");
        for (int i = 0; i < 2; i++)
        {
            long start = Stopwatch.GetTimestamp();
            try
            {
                var view = await _engine.Get<IIsolation>().ViewAsync(container.Id.Value);
                Assert.Contains("while :", view.Sections[0].Inside, StringComparison.Ordinal);
            }
            catch (EngineException e)
            {
                Assert.Contains("looks inside", e.Message, StringComparison.Ordinal);
            }
            Assert.InRange(Stopwatch.GetElapsedTime(start).TotalSeconds, 0, 60);
        }
        Assert.True((await _engine.Get<IIsolation>().ReportAsync(container.Id.Value)).Running);
        Assert.Single(await _engine.Get<IIsolation>().ProcessesAsync(container.Id.Value));
        await _engine.Containers.StopAsync(container.Id.Value, TimeSpan.Zero);
    }

    /// <summary>A container without any process left to fork, memory full and frozen: the one that looks is in none of its cgroups.</summary>
    [Fact]
    public async Task Look_ContainerAtItsLimits_IsNotHindered()
    {
        var container = await _engine.RunAsync("sleep 1000", spec => spec with { Limits = new() { Pids = 1, Memory = 8 << 20 } });
        await _engine.Containers.PauseAsync(container.Id.Value);
        var report = await _engine.Get<IIsolation>().ReportAsync(container.Id.Value);
        Assert.True(report.InsideMissing is null, report.InsideMissing);
    }
}
