using System.Collections.Immutable;
using Brig.Engine.Alerts.Sending;
using Brig.Engine.Alerts.Watching;
using Brig.Engine.Containers;
using Brig.Engine.Events;
using Brig.Engine.Health;
using Brig.Engine.Metrics;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Brig.Engine.Alerts;

/// <summary>Once a second: looks, writes what changed, tells it as events, and gives it to the outbox. Begins when the engine is ready.</summary>
internal sealed partial class AlertHost(
    AlertDesk desk, TargetTable targets, SilenceTable silences, AlertBook book, IncidentBook incidents, Outbox outbox, LogWatch logs, SourceMemory memory, IContainers containers, IMetrics metrics, EventLog events, IEngineStatus engine, TimeProvider time, ILogger<AlertHost> log) : BackgroundService
{
    private static readonly TimeSpan Period = TimeSpan.FromSeconds(1);

    private Live<MetricsFrame, MetricsFrame>? _frames;

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        try
        {
            await engine.Ready.WaitAsync(stoppingToken);
        }
        catch (EngineException)
        {
            return;     // the engine says why
        }
        catch (OperationCanceledException)
        {
            return;
        }
        long last = await TryOpenAsync();
        var counting = CountAsync(last, stoppingToken);
        using PeriodicTimer timer = new(Period, time);
        try
        {
            while (await timer.WaitForNextTickAsync(stoppingToken))
            {
                await TryTickAsync(stoppingToken);
            }
        }
        catch (OperationCanceledException)
        {
            // The host stops.
        }
        _frames?.Dispose();
        await outbox.StopAsync();
        await counting;
        await WriteAsync();
        desk.End();
    }

    /// <summary>What was there before, and what happened while nobody looked. Whatever of it cannot be read, the engine goes on.</summary>
    /// <returns>The number of the last event that was counted.</returns>
    private async Task<long> TryOpenAsync()
    {
        long last = 0;
        try
        {
            incidents.Open();
            foreach (var target in book.ReadTargets())
            {
                targets.Put(target);
            }
            foreach (var silence in book.ReadSilences())
            {
                silences.Put(silence);
            }
            desk.Open(Readable());
            var now = time.GetUtcNow();
            var watches = desk.Watches();
            foreach (var happened in await events.ListAsync(since: now - TimeSpan.FromDays(1), limit: EventLog.Kept))
            {
                Count(happened, watches.Where(watch => watch.Since <= happened.At), desk.Now - (now > happened.At ? now - happened.At : TimeSpan.Zero));
                last = happened.Sequence;
            }
            memory.TakeEnded();     // of before: their lines were read then
            foreach (var waiting in desk.Incidents(null, null, onlyFiring: false, IncidentBook.Kept))
            {
                outbox.Send(waiting);
            }
        }
        catch (Exception e)
        {
            TickFailed(e);
        }
        return last;
    }

    private IEnumerable<KeptRule> Readable()
    {
        var (rules, damaged) = book.ReadRules();
        foreach (var (key, error) in damaged)
        {
            RuleDamaged(key, error);
        }
        foreach (var rule in rules)
        {
            bool isRight = false;
            try
            {
                AlertChecks.Check(rule.Spec);
                isRight = true;
            }
            catch (EngineException e)
            {
                RuleDamaged(rule.Spec.Name, e.Message);
            }
            if (isRight)
            {
                yield return rule;
            }
        }
    }

    private async Task CountAsync(long last, CancellationToken stop)
    {
        while (!stop.IsCancellationRequested)
        {
            try
            {
                using var live = events.Follow(tail: 0, after: last);
                foreach (var happened in live.Snapshot)
                {
                    last = happened.Sequence;
                    Count(happened, desk.Watches(), desk.Now);
                }
                await foreach (var happened in live.Changes.ReadAllAsync(stop))
                {
                    last = happened.Sequence;
                    Count(happened, desk.Watches(), desk.Now);
                }
            }
            catch (OperationCanceledException)
            {
                return;     // the host stops
            }
            catch (Exception e)
            {
                TickFailed(e);      // and goes on behind that event
            }
        }
    }

    private void Count(EngineEvent happened, IEnumerable<Watch> watches, TimeSpan at)
    {
        if (happened.Kind is not ("container" or "pod"))
        {
            return;
        }
        var source = memory.Of(happened);
        if (happened.Action is "die" or "remove")
        {
            memory.Ended(source);
        }
        if (EventWatch.Kind(happened) is not { } kind)
        {
            return;
        }
        foreach (var watch in watches.Where(watch => watch.Spec.Event?.What == kind && source.IsIn(watch.Spec.Scope)))
        {
            desk.Count(watch, source, EventWatch.Words(happened), at);
        }
    }

    private async Task TryTickAsync(CancellationToken stop)
    {
        try
        {
            var watches = desk.Watches();
            FollowMetrics(watches.Any(watch => watch.Measure is not null));
            var all = containers.List();
            await logs.ReadAsync(watches, [.. all.Where(container => container.State.Status is ContainerStatus.Running or ContainerStatus.Paused or ContainerStatus.Restarting).Select(AlertSource.Of)
                .Concat(memory.TakeEnded()).DistinctBy(source => source.Id)], stop);
            var sources = all.Select(AlertSource.Of).Append(AlertSource.Machine).ToDictionary(source => source.Id);
            foreach (var counted in desk.Counted())
            {
                sources.TryAdd(counted.Id, counted);    // what happened to one that was removed at once counts too
            }
            var unhealthy = all.Where(container => container.State.Health?.Status == HealthStatus.Unhealthy).Select(container => container.Id.Value).ToHashSet();
            var (changed, failure) = desk.Tick(new(sources, unhealthy, metrics.Latest, time.GetUtcNow()));
            await WriteAsync();
            foreach (var incident in changed)
            {
                Tell(incident);
                outbox.Send(incident);
            }
            if (failure is not null)
            {
                TickFailed(failure);
            }
            foreach (string silence in silences.TakeOld())
            {
                await book.ForgetSilenceAsync(silence, CancellationToken.None);
            }
        }
        catch (Exception e) when (e is not OperationCanceledException)
        {
            TickFailed(e);
        }
    }

    /// <summary>While nobody follows, and no container runs, nothing is measured.</summary>
    private void FollowMetrics(bool needed)
    {
        if (needed)
        {
            _frames ??= metrics.Follow(0);
        }
        else
        {
            _frames?.Dispose();
            _frames = null;
        }
    }

    /// <summary>One commit for all that changed; without a disk it is tried again.</summary>
    private async Task WriteAsync()
    {
        if (desk.TakeUnwritten() is not { } changes)
        {
            return;
        }
        try
        {
            await incidents.WriteAsync(changes);
        }
        catch (EngineException e)
        {
            desk.PutBack(changes);
            NotWritten(e.Message);
        }
    }

    private void Tell(AlertIncident incident)
    {
        bool fires = incident.ResolvedAt is null;
        events.Add("alert", fires ? "fire" : "resolve", incident.Source, incident.Name, ContainerEvents.With(incident.Privileged,
            [("rule", incident.Rule), ("incident", incident.Id), ("sentence", fires ? incident.Sentence : incident.Ending ?? "")]));
    }

    [LoggerMessage(Level = LogLevel.Error, Message = "The rules of alerts could not be looked at; the next time is in a second")]
    private partial void TickFailed(Exception e);

    [LoggerMessage(Level = LogLevel.Error, Message = "The alert rule {Rule} is left out: {Reason}")]
    private partial void RuleDamaged(string rule, string reason);

    [LoggerMessage(Level = LogLevel.Warning, Message = "Incidents of alerts are kept in memory only for now: {Reason}")]
    private partial void NotWritten(string reason);
}
