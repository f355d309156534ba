using System.Collections.Concurrent;
using System.Collections.Immutable;
using System.Globalization;
using Brig.Engine.Events;
using Brig.Engine.Health;
using Brig.Engine.Images;
using Microsoft.Extensions.Logging;

namespace Brig.Engine.Containers.Probes;

/// <summary>Sees to the health checks of all containers that run.</summary>
internal sealed partial class Prober(ContainerTable table, ImageTable images, ProbeRunner runner, HealthFiles files, EventLog events, TimeProvider time, ILogger<Prober> log)
{
    /// <summary>What should have been probed while no engine was there is so within this time.</summary>
    private static readonly TimeSpan CatchUp = TimeSpan.FromSeconds(10);

    private readonly ConcurrentDictionary<ContainerId, ProbeLoop> _loops = new();

    /// <summary>It is unhealthy, as it was or newly, and its check says that something is to be done. Called under its lock: returns at once.</summary>
    public event Action<ProbeLoop>? MustAct;

    public ProbeLoop? Of(ContainerId id) => _loops.GetValueOrDefault(id);

    public HealthCheck? CheckOf(Container container) => HealthPlans.Plan(container.Spec.Health, images.TryByDigest(container.ImageDigest)?.Config ?? new());

    /// <summary>It runs; under its lock, which keeps the first probe waiting until its state says so too.</summary>
    /// <param name="adopted">It ran before this engine did: what was known of it is still so.</param>
    /// <returns>Null: it has no check.</returns>
    public HealthState? Begin(ContainerEntry entry, ContainerRun run, DateTimeOffset startedAt, bool adopted)
    {
        if (CheckOf(entry.Now) is not { } check)
        {
            return null;
        }
        var now = time.GetUtcNow();
        var kept = adopted && files.Read(entry.Id) is { } file && file.RunAt == startedAt ? file : null;
        var state = kept?.State ?? new HealthState(HealthStatus.Starting, 0, now);
        var loop = new ProbeLoop(entry, run, check, startedAt, kept?.Results ?? [], Random.Shared, runner, time, Told, (one, e) => Broken(e, one.Entry.Now.Name));
        Cancel(entry.Id);
        _loops[entry.Id] = loop;
        loop.Begin(First(state, check, startedAt, now));
        return state;
    }

    /// <summary>It runs no more, or is about to be followed by another run.</summary>
    public void Cancel(ContainerId id)
    {
        if (_loops.TryRemove(id, out var loop))
        {
            loop.Cancel();
        }
    }

    /// <summary>Of the run that is, else of the last.</summary>
    public ImmutableArray<ProbeResult> Results(Container container) => Of(container.Id)?.Results ?? files.Read(container.Id)?.Results ?? [];

    public async Task StopAsync()
    {
        var all = _loops.Values.ToArray();
        foreach (var loop in all)
        {
            loop.Cancel();
        }
        await Task.WhenAll(all.Select(loop => loop.EndedAsync()));
    }

    private static TimeSpan First(HealthState state, HealthCheck check, DateTimeOffset startedAt, DateTimeOffset now)
    {
        double chance = Random.Shared.NextDouble();
        if (state.ProbedAt is not { } last)
        {
            return HealthRules.Wait(state, check, now - startedAt, probes: 0, chance);
        }
        var due = last + check.Interval - now;
        return due > TimeSpan.Zero ? due : (check.Interval < CatchUp ? check.Interval : CatchUp) * chance;
    }

    /// <summary>Under the container's lock.</summary>
    private void Told(ProbeLoop loop, ProbeResult result, HealthState before, HealthState after)
    {
        var now = table.Replace(loop.Entry, container => container with { State = container.State with { Health = after } });
        files.Write(loop.Entry.Id, new(loop.RunAt, after, loop.Results));
        if (after.Status != before.Status)
        {
            events.Add(now, "health_status", ("status", after.Status.ToString().ToLowerInvariant()), ("probe", Words(result)));
        }
        if (after.Status == HealthStatus.Unhealthy && !result.Succeeded && loop.Check.OnUnhealthy != UnhealthyAction.None)
        {
            MustAct?.Invoke(loop);
        }
    }

    [LoggerMessage(Level = LogLevel.Error, Message = "Probing container {Name} failed")]
    private partial void Broken(Exception e, string name);

    private static string Words(ProbeResult result) => result switch
    {
        { TimedOut: true } => "timed out",
        { ExitCode: { } code } => "exit code " + code.ToString(CultureInfo.InvariantCulture),
        _ => "could not be started",
    };
}
