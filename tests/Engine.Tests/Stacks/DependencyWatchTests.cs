using System.Collections.Immutable;
using Brig.Engine.Containers;
using Brig.Engine.Health;
using Brig.Engine.Stacks.Applying;
using Brig.Engine.Stacks.Files;
using Brig.Engine.Stacks.Plans;
using Brig.Engine.Tasks;
using Brig.Engine.State;
using Brig.Tests;
using Microsoft.Extensions.Logging.Abstractions;

namespace Brig.Engine.Tests.Stacks;

public sealed class DependencyWatchTests : IDisposable
{
    private const string Yaml = """
        services:
          web: {image: 'web:1', depends_on: {db: {condition: CONDITION} } }
          db: {image: 'db:1', restart: always}
        """;

    private readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("service_healthy", "db did not become healthy: shop-db-1 ended 30 times, the last time with code 7; its last probe ended with code 1: no answer.")]
    [InlineData("service_completed_successfully", "db did not do its work: shop-db-1 ended 30 times, the last time with code 7.")]
    public async Task Wait_WhatIsNeededEndsAgainAndAgain_EndsWithItsExitAndItsLastProbe(string condition, string sentence)
    {
        var time = new RunningTime();
        var error = await Assert.ThrowsAsync<EngineException>(() => WaitAsync(condition, new Doctor(new TaskCompletionSource().Task), time, () => time.Seconds));
        Assert.Equal((EngineErrorKind.Conflict, sentence), (error.Kind, error.Message));
    }

    [Fact]
    public async Task Wait_ItEndsSometimesAndIsWellThen_Returns()
    {
        var time = new RunningTime();
        var well = new TaskCompletionSource();
        await WaitAsync("service_healthy", new Doctor(well.Task), time, () =>
        {
            if (time.Seconds == 600)
            {
                well.TrySetResult();
            }
            return Math.Min(time.Seconds, 4);
        });
    }

    [Fact]
    public async Task Wait_ItIsUnwell_SaysWhoseCheckSaidWhat()
    {
        var error = await Assert.ThrowsAsync<EngineException>(() => WaitAsync("service_healthy", new Doctor(Task.FromException(EngineException.Conflict("Container shop-db-1 is unhealthy."))), new RunningTime(), () => 0));
        Assert.Equal("db did not become healthy: Container shop-db-1 is unhealthy; its last probe ended with code 1: no answer.", error.Message);
    }

    private async Task WaitAsync(string condition, Doctor doctor, TimeProvider time, Func<int> ends)
    {
        using var scene = new ComposeScene().With("compose.yaml", Yaml.Replace("CONDITION", condition, StringComparison.Ordinal));
        var files = new StackFolder("/", false);
        var desired = new DesiredMaker("1", "shop", scene.Read(), files, [], [], new FileContents(files, scene.Variables, _ => null, _ => "")).Make();
        var verbs = System.Reflection.DispatchProxy.Create<IContainers, VerbProxy>();
        ((VerbProxy)(object)verbs).Do = (verb, _) => new Container(
            ContainerId.New(), "shop-db-1", new() { Image = "db:1" }, new(ContainerStatus.Restarting, FinishedAt: DateTimeOffset.UnixEpoch.AddSeconds(ends()), Exit: new(7, 0, false)), DateTimeOffset.UnixEpoch, "", "", 1);
        var paths = new EnginePaths(new() { Root = _folder.Path + "/root", Run = _folder.Path + "/run" });
        Directory.CreateDirectory(paths.Root);
        using var store = new Store(paths);
        store.Open();
        using var board = new TaskBoard(store, paths, TimeProvider.System, NullLogger<TaskBoard>.Instance);
        await new DependencyWatch(verbs, doctor, time).WaitAsync(desired, desired.Service("web")!, new TaskRun(board, "none", default)).WaitAsync(Wait.Limit);
    }

    private sealed class Doctor(Task waiting) : IHealth
    {
        public HealthReport Get(string container) => new(null, null, null, [new(default, default, 1, false, "no answer\n(said twice)")]);
        public Task<ProbeResult> RunNowAsync(string container, CancellationToken stop = default) => throw new NotSupportedException();
        public Task WaitForAsync(string container, WaitCondition condition, CancellationToken stop = default) => waiting.WaitAsync(stop);
    }

    /// <summary>Each wait is over at once, and a second has passed.</summary>
    private sealed class RunningTime : TimeProvider
    {
        public int Seconds { get; private set; }

        public override long TimestampFrequency => 1;

        public override long GetTimestamp() => Seconds;

        public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
        {
            Seconds++;
            return TimeProvider.System.CreateTimer(callback, state, TimeSpan.Zero, Timeout.InfiniteTimeSpan);
        }
    }
}
