using System.Globalization;
using Brig.Engine.Containers;
using Brig.Engine.Health;
using Brig.Engine.Stacks.Compose;
using Brig.Engine.Stacks.Plans;
using Brig.Engine.Tasks;

namespace Brig.Engine.Stacks.Applying;

/// <summary>
/// Waits until what a service needs is as far as depends_on says. A container that a policy restarts is waited for, as people let one crash until what it needs itself is there; one that ends again and again is not for ever.
/// </summary>
internal sealed class DependencyWatch(IContainers containers, IHealth health, TimeProvider time)
{
    private static readonly TimeSpan Look = TimeSpan.FromMilliseconds(50), Crashing = TimeSpan.FromSeconds(30);
    private const int MostEnds = 5;

    /// <summary>What it needs was worked on already; now it must be healthy, or have done its work.</summary>
    /// <exception cref="EngineException">Conflict: it is not, and will not be. One sentence with its exit and its last probe.</exception>
    public Task WaitAsync(DesiredStack desired, DesiredService service, TaskRun run) => WaitAsync(
        service.Name, service.Asked.DependsOn.Select(needed => new StackDependency(needed.Service, needed.Condition, needed.Required)), name => desired.Service(name)?.Containers.Select(container => container.Name) ?? [], run);

    /// <param name="of">The containers of a service, by names or ids.</param>
    public async Task WaitAsync(string service, IEnumerable<StackDependency> needs, Func<string, IEnumerable<string>> of, TaskRun run)
    {
        foreach (var needed in needs.Where(needed => needed.Condition != DependencyCondition.Started))
        {
            string[] others = [.. of(needed.Service)];
            if (others.Length == 0)
            {
                continue;
            }
            var condition = needed.Condition == DependencyCondition.Healthy ? WaitCondition.Healthy : WaitCondition.CompletedSuccessfully;
            run.Step(service, step => step with { Phase = $"waiting until {needed.Service} {(condition == WaitCondition.Healthy ? "is healthy" : "has done its work")}" });
            try
            {
                await Task.WhenAll(others.Select(container => OneAsync(needed.Service, container, condition, run.Stop)));
            }
            catch (EngineException e) when (!needed.Required)
            {
                run.Line($"{service} starts without {needed.Service}: {e.Message}");
            }
        }
    }

    private async Task OneAsync(string service, string container, WaitCondition condition, CancellationToken stop)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(stop);
        var waiting = health.WaitForAsync(container, condition, limit.Token);
        try
        {
            if (await EndsAgainAndAgainAsync(container, waiting, stop) is { } ends)
            {
                var exit = containers.Get(container).State.Exit;
                string last = exit is null ? "" : string.Create(CultureInfo.InvariantCulture, $", the last time with code {exit.Code}{(exit.OomKilled ? ", out of memory" : "")}");
                throw Failed(service, container, condition, string.Create(CultureInfo.InvariantCulture, $"{container} ended {ends} times{last}"));
            }
            await waiting;
        }
        catch (EngineException e) when (e.Kind == EngineErrorKind.Conflict && waiting.IsFaulted)
        {
            throw Failed(service, container, condition, e.Message.TrimEnd('.'));
        }
        finally
        {
            await limit.CancelAsync();
            await Task.WhenAny(waiting);
        }
    }

    /// <returns>How often it ended meanwhile, when that is too often; null: the waiting is over.</returns>
    private async Task<int?> EndsAgainAndAgainAsync(string container, Task waiting, CancellationToken stop)
    {
        long begin = time.GetTimestamp();
        var patience = health.Get(container).Check?.StartPeriod is { } period && period > Crashing ? period : Crashing;
        var last = containers.Get(container).State.FinishedAt;
        for (int ends = 0; !waiting.IsCompleted;)
        {
            await Task.WhenAny(waiting, Task.Delay(Look, time, stop));
            stop.ThrowIfCancellationRequested();
            if (waiting.IsCompleted)
            {
                break;      // it may be gone
            }
            var now = containers.Get(container).State.FinishedAt;
            ends += now == last ? 0 : 1;
            last = now;
            if (ends >= MostEnds && time.GetElapsedTime(begin) >= patience)
            {
                return ends;
            }
        }
        return null;
    }

    private EngineException Failed(string service, string container, WaitCondition condition, string why)
    {
        string probe = condition == WaitCondition.Healthy && health.Get(container).Results is [.., var result] ? "; its last probe " + Told(result) : "";
        return EngineException.Conflict($"{service} {(condition == WaitCondition.Healthy ? "did not become healthy" : "did not do its work")}: {why}{probe}.");
    }

    private static string Told(ProbeResult probe)
    {
        string said = Text.Short(probe.Output.Split('\n', 2)[0].Trim().TrimEnd('.'));
        string end = probe.TimedOut ? "did not end in time" : probe.ExitCode is { } code ? string.Create(CultureInfo.InvariantCulture, $"ended with code {code}") : "could not be run";
        return said.Length == 0 ? end : $"{end}: {said}";
    }
}
