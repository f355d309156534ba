using System.Collections.Immutable;
using Brig.Engine.Health;

namespace Brig.Engine.Containers.Probes;

/// <summary>The probes of one run of a container: one at a time, on their time or when somebody asks.</summary>
#pragma warning disable CA1001 // A CancellationTokenSource without a timer and a wait handle holds nothing to dispose.
internal sealed class ProbeLoop(
    ContainerEntry entry, ContainerRun run, HealthCheck check, DateTimeOffset runAt, ImmutableArray<ProbeResult> known, Random random, ProbeRunner runner, TimeProvider time,
    Action<ProbeLoop, ProbeResult, HealthState, HealthState> told, Action<ProbeLoop, Exception> failed)
#pragma warning restore CA1001
{
    private const int Kept = 5;
    private static readonly TimeSpan WhilePaused = TimeSpan.FromSeconds(1), EndIsTold = TimeSpan.FromMilliseconds(300);

    private readonly Lock _gate = new();
    private readonly CancellationTokenSource _stop = new();
    private Task<ProbeResult?>? _probing;
    private Task _loop = Task.CompletedTask;

    public ContainerEntry Entry { get; } = entry;
    public ContainerRun Run { get; } = run;
    public HealthCheck Check { get; } = check;
    public DateTimeOffset RunAt { get; } = runAt;

    /// <summary>Oldest first.</summary>
    public ImmutableArray<ProbeResult> Results { get; private set; } = known;

    /// <summary>When the probe that runs now began.</summary>
    public DateTimeOffset? Probing { get; private set; }

    /// <param name="first">Until the first probe.</param>
    public void Begin(TimeSpan first) => _loop = Task.Run(() => LoopAsync(first));

    /// <summary>Starts one, or joins the one that runs. Null: the container was paused or ended meanwhile, so it says nothing.</summary>
    public Task<ProbeResult?> ProbeAsync()
    {
        lock (_gate)
        {
            return _probing ??= Task.Run(RunOneAsync);
        }
    }

    /// <summary>No more probes; one that runs is ended, soon.</summary>
    public void Cancel() => _stop.Cancel();

    /// <summary>After <see cref="Cancel"/>: nothing of it runs any more.</summary>
    public async Task EndedAsync()
    {
        await _loop.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        if (_probing is { } last)
        {
            await ((Task)last).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    private async Task LoopAsync(TimeSpan wait)
    {
        for (int probes = 1; ; probes++)
        {
            await Task.Delay(wait, time, _stop.Token);
            await ProbeAsync();
            var now = Entry.Now.State;
            wait = now.Status == ContainerStatus.Paused ? WhilePaused
                : now.Health is { } health ? HealthRules.Wait(health, Check, time.GetUtcNow() - RunAt, probes, random.NextDouble()) : Check.Interval;
        }
    }

    /// <summary>A container that ends takes its probe with it, and that is heard of first.</summary>
    private static bool MayBeOfTheEnd(ProbeResult result) => result is { TimedOut: false, ExitCode: null or 128 + Signals.SIGKILL };

    private async Task<ProbeResult?> RunOneAsync()
    {
        try
        {
            int pauses;
            using (await Entry.Lock.TakeAsync(_stop.Token))
            {
                if (Entry.Run != Run || Entry.Now.State.Status != ContainerStatus.Running)
                {
                    return null;
                }
                pauses = Entry.Pauses;
                Probing = time.GetUtcNow();
            }
            var result = await runner.RunAsync(Entry.Now, Run, Check, _stop.Token);
            if (MayBeOfTheEnd(result))
            {
                await Task.WhenAny(Run.Shim.Ended, Task.Delay(EndIsTold, time, _stop.Token));
            }
            using (await Entry.Lock.TakeAsync(_stop.Token))
            {
                if (Entry.Run != Run || Run.Shim.Ended.IsCompleted || Entry.Pauses != pauses || Entry.Now.State.Health is not { } before)
                {
                    return null;
                }
                Results = [.. Results.TakeLast(Kept - 1), result];
                told(this, result, before, HealthRules.Next(before, Check, result, result.StartedAt - RunAt));
                return result;
            }
        }
        catch (Exception e) when (e is not OperationCanceledException)
        {
            failed(this, e);
            return null;
        }
        finally
        {
            lock (_gate)
            {
                (_probing, Probing) = (null, null);
            }
        }
    }
}
