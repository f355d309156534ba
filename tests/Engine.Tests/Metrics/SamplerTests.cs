using Brig.Engine.Containers;
using Brig.Engine.Metrics;

namespace Brig.Engine.Tests.Metrics;

public sealed class SamplerTests
{
    [Fact]
    public void Tick_First_RatesAreNaNAndGaugesAreThere()
    {
        using SamplerScene scene = new();
        ContainerId id = scene.Watch(("cpu.stat", "usage_usec 5000000\n"));
        ContainerSample sample = Assert.Single(scene.Tick()!.Containers);
        Assert.Equal((id, 4096L), (sample.Id, sample.Memory));
        Assert.True(double.IsNaN(sample.CpuCores) && double.IsNaN(sample.ThrottledRatio));
    }

    /// <summary>It sleeps: what was read at its adoption is all that there is to read.</summary>
    [Theory]
    [InlineData(0.01)]
    [InlineData(0.5)]
    public void Tick_OfAnAdoptedOneThatSleeps_RatesAreKnownFromThe100thMillisecondOn(double seconds)
    {
        using SamplerScene scene = new();
        ContainerId id = scene.Adopt(("cpu.stat", "usage_usec 5000000\n"));
        ContainerSample first = Assert.Single(scene.Tick(seconds)!.Containers), second = Assert.Single(scene.Tick()!.Containers);
        Assert.Equal((seconds > 0.1 ? 0 : double.NaN, 0), (first.CpuCores, second.CpuCores));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(4)]
    public void Tick_Second_RatesAreOverTheTimeThatReallyPassed(double seconds)
    {
        using SamplerScene scene = new();
        ContainerId id = scene.Watch(("cpu.stat", "usage_usec 1000000\nnr_periods 10\nnr_throttled 5\n"), ("io.stat", ""));
        scene.Tick();
        scene.Write(id, "cpu.stat", "usage_usec 3000000\nnr_periods 30\nnr_throttled 10\n");
        scene.Write(id, "io.stat", "1:4095 rbytes=4000 wbytes=0 rios=8 wios=0\n");
        ContainerSample sample = Assert.Single(scene.Tick(seconds)!.Containers);
        Assert.Equal(2 / seconds, sample.CpuCores, 6);
        Assert.Equal(0.25, sample.ThrottledRatio);
        Assert.Equal(new DeviceIo("1:4095", 4000 / seconds, 0, 8 / seconds, 0), Assert.Single(sample.Devices));
    }

    [Fact]
    public void ReadCounters_AtTick_ReadsAnewWhenATickSawSomething()
    {
        using SamplerScene scene = new();
        ContainerId id = scene.Watch(("cpu.stat", "usage_usec 1000\n"), ("io.stat", "1:4095 rbytes=4000 wbytes=0 rios=8 wios=0\n"));
        scene.Tick();
        var first = scene.Sampler.ReadCounters(id, atTick: true)!;
        scene.Tick();
        Assert.Same(first, scene.Sampler.ReadCounters(id, atTick: true));
        Assert.NotSame(first, scene.Sampler.ReadCounters(id));

        scene.Write(id, "io.stat", "1:4095 rbytes=9000 wbytes=0 rios=9 wios=0\n");   // written back for it, while it slept
        scene.Tick();
        Assert.Equal(9000, Assert.Single(scene.Sampler.ReadCounters(id, atTick: true)!.Devices).ReadBytes);
        scene.Write(id, "memory.max", "8192\n");
        scene.Sampler.Refresh(id);
        Assert.Equal(8192, scene.Sampler.ReadCounters(id, atTick: true)!.MemoryLimit);
    }

    [Fact]
    public void Tick_NothingHappened_TheSameSampleUntilSomethingDoes()
    {
        using SamplerScene scene = new();
        ContainerId id = scene.Watch(("cpu.stat", "usage_usec 1000000\n"), ("io.stat", "1:4095 rbytes=4000 wbytes=0 rios=8 wios=0\n"));
        scene.Tick();
        ContainerSample still = Assert.Single(scene.Tick()!.Containers), again = Assert.Single(scene.Tick()!.Containers);
        Assert.Same(still, again);
        Assert.Equal((0.0, 0.0), (still.CpuCores, Assert.Single(still.Devices).ReadBytes));

        scene.Write(id, "cpu.stat", "usage_usec 1500000\n");
        scene.Write(id, "io.stat", "1:4095 rbytes=4500 wbytes=0 rios=9 wios=0\n");
        ContainerSample moved = Assert.Single(scene.Tick()!.Containers);
        Assert.Equal((0.5, 500.0), (moved.CpuCores, Assert.Single(moved.Devices).ReadBytes));
        Assert.Equal((0.0, 0.0), Assert.Single(scene.Tick()!.Containers) is var after ? (after.CpuCores, after.Devices[0].ReadBytes) : default);
    }

    [Fact]
    public void Tick_CounterWentBack_RateIsZero()
    {
        using SamplerScene scene = new();
        ContainerId id = scene.Watch(("cpu.stat", "usage_usec 3000000\n"));
        scene.Tick();
        scene.Write(id, "cpu.stat", "usage_usec 1000000\n");
        Assert.Equal(0, Assert.Single(scene.Tick()!.Containers).CpuCores);
    }

    [Fact]
    public void Tick_OneCgroupIsNotThere_TheOthersAreRead()
    {
        using SamplerScene scene = new();
        ContainerId gone = scene.Watch(), there = scene.Watch();
        scene.RemoveFiles(gone);
        scene.Rewatch(gone);
        Assert.Equal(there, Assert.Single(scene.Tick()!.Containers).Id);
        Assert.Equal(there, Assert.Single(scene.Tick()!.Containers).Id);
    }

    [Fact]
    public void Tick_AfterUnwatch_NotInTheFrame()
    {
        using SamplerScene scene = new();
        using var live = scene.Sampler.Follow();
        ContainerId id = scene.Watch();
        Assert.Single(scene.Tick()!.Containers);
        scene.Sampler.Unwatch(id);
        Assert.Empty(scene.Tick()!.Containers);
    }

    [Fact]
    public void Tick_NothingWatched_ReadsOnlyWhileSomebodyFollows()
    {
        using SamplerScene scene = new();
        Assert.Null(scene.Tick());
        using (scene.Sampler.Follow())
        {
            MachineSample machine = scene.Tick()!.Machine;
            Assert.True(machine is { Cores: > 0, MemoryTotal: > 0, DiskTotal: > 0 } && double.IsNaN(machine.CpuCores));
            Assert.InRange(scene.Tick()!.Machine.CpuCores, 0, machine.Cores);
        }
        Assert.Null(scene.Tick());
    }

    [Fact]
    public void Tick_AfterAPause_MachineRatesAreNaN()
    {
        using SamplerScene scene = new();
        scene.Sampler.Follow().Dispose();
        scene.Tick();
        using var live = scene.Sampler.Follow();
        scene.Tick();
        Assert.False(double.IsNaN(scene.Tick()!.Machine.CpuCores));
        live.Dispose();
        scene.Tick();
        using var again = scene.Sampler.Follow();
        Assert.True(double.IsNaN(scene.Tick()!.Machine.CpuCores));
    }

    [Fact]
    public void Refresh_LimitsChanged_InTheNextFrame()
    {
        using SamplerScene scene = new();
        ContainerId id = scene.Watch(("pids.max", "5\n"));
        Assert.Equal(5, Assert.Single(scene.Tick()!.Containers).PidsLimit);
        scene.Write(id, "pids.max", "max\n");
        scene.Sampler.Refresh(id);
        Assert.Null(Assert.Single(scene.Tick()!.Containers).PidsLimit);
    }

    [Fact]
    public void Follow_History_TheLastFramesOldestFirstAndNothingTwice()
    {
        using SamplerScene scene = new();
        scene.Watch();
        List<MetricsFrame> frames = [.. Enumerable.Range(0, 5).Select(_ => scene.Tick()!)];
        using var live = scene.Sampler.Follow(history: 3);
        Assert.Equal(frames[2..], live.Snapshot.AsEnumerable());
        MetricsFrame next = scene.Tick()!;
        Assert.True(live.Changes.TryRead(out MetricsFrame? first));
        Assert.Same(next, first);
        Assert.False(live.Changes.TryRead(out _));
    }

    [Fact]
    public void Follow_MoreThanTheRingHolds_SixHundred()
    {
        using SamplerScene scene = new();
        scene.Watch();
        for (int i = 0; i < FrameRing.Capacity + 5; i++)
        {
            scene.Tick();
        }
        using var live = scene.Sampler.Follow(history: int.MaxValue);
        Assert.Equal(FrameRing.Capacity, live.Snapshot.Length);
        Assert.Same(scene.Sampler.Latest, live.Snapshot[^1]);
    }

    [Fact]
    public void Follow_SlowReader_HasTheNewestFramesAndHoldsUpNobody()
    {
        using SamplerScene scene = new();
        scene.Watch();
        using var slow = scene.Sampler.Follow();
        for (int i = 0; i < 10; i++)
        {
            scene.Tick();
        }
        List<MetricsFrame> left = [];
        while (slow.Changes.TryRead(out MetricsFrame? frame))
        {
            left.Add(frame);
        }
        Assert.Equal(2, left.Count);
        Assert.Same(scene.Sampler.Latest, left[1]);
    }

    [Fact]
    public async Task Follow_Disposed_ChannelEnds()
    {
        using SamplerScene scene = new();
        var live = scene.Sampler.Follow();
        live.Dispose();
        Assert.False(await live.Changes.WaitToReadAsync());
    }

    [Fact]
    public async Task Begin_FirstFrame_KnowsTheMachinesRates()
    {
        using SamplerScene scene = new();
        using Sampler sampler = new(new EngineOptions(), TimeProvider.System, Microsoft.Extensions.Logging.Abstractions.NullLogger<Sampler>.Instance);
        using var live = sampler.Follow();
        await sampler.StartAsync(default);
        sampler.Begin();
        var first = await live.Changes.ReadAsync().AsTask().WaitAsync(Brig.Tests.Wait.Limit);
        Assert.True(double.IsFinite(first.Machine.CpuCores) && double.IsFinite(first.Machine.ReadBytes), first.Machine.ToString());
        await sampler.StopAsync(default);
    }

    [Fact]
    public async Task StopAsync_WhileFollowed_ChannelEnds()
    {
        using SamplerScene scene = new();
        using Sampler sampler = new(new EngineOptions(), TimeProvider.System, Microsoft.Extensions.Logging.Abstractions.NullLogger<Sampler>.Instance);
        await sampler.StartAsync(default);
        sampler.Begin();
        using var live = sampler.Follow();
        Assert.True(await live.Changes.WaitToReadAsync().AsTask().WaitAsync(Brig.Tests.Wait.Limit));
        await sampler.StopAsync(default);
        while (live.Changes.TryRead(out _)) { }
        Assert.False(await live.Changes.WaitToReadAsync().AsTask().WaitAsync(Brig.Tests.Wait.Limit));
    }
}
