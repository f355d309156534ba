using System.Collections.Immutable;
using Brig.Engine.Containers;
using Brig.Engine.Networks;
using Brig.Engine.Stacks.Applying;
using Brig.Engine.Stacks.Keeping;
using Brig.Engine.Stacks.Plans;
using Brig.Engine.Tasks;
using Brig.Engine.Volumes;

namespace Brig.Engine.Stacks.Running;

/// <summary>What is done to containers that are there: start, stop, restart and take down, in the order of their services.</summary>
internal sealed class StackVerbs(StackView view, IContainers containers, DependencyWatch dependencies, INetworks networks, IVolumes volumes, SecretFiles files)
{
    /// <param name="services">What is known of them: which needs which.</param>
    public async Task RunAsync(string name, IEnumerable<(string Name, ImmutableArray<StackDependency> DependsOn)> services, StackIntent intent, TaskRun run)
    {
        bool isLasting = intent.Kind is IntentKind.Start or IntentKind.Stop or IntentKind.Restart;   // as for Compose, what had its one run is only ever taken down
        var all = view.Containers(name).Where(container => (intent.Service is null || ServiceOf(container) == intent.Service) && !(isLasting && Labels.IsOneOff(container))).ToLookup(ServiceOf, StringComparer.Ordinal);
        var needs = services.ToDictionary(service => service.Name, service => service.DependsOn, StringComparer.Ordinal);
        ImmutableArray<StackDependency> Needs(string service) => needs.TryGetValue(service, out var known) ? known : [];
        ServiceGraph Graph(Func<StackDependency, bool> counts) => ServiceGraph.WithoutCircles(
            all.ToDictionary(group => group.Key, group => Needs(group.Key).Where(counts).Select(needed => needed.Service).Distinct().ToArray(), StringComparer.Ordinal));
        Task UpAsync(string phase, Func<string, Task> verb) => Graph(needed => needed.Required).RunAsync(
            service => EachAsync(all[service], service, phase, verb, run, () => dependencies.WaitAsync(service, Needs(service), other => all[other].Select(container => container.Id.Value), run)),
            (service, why) => run.Step(service, step => step with { State = TaskStepState.Skipped, Phase = $"waits for {why}" }));
        Task DownAsync(string phase, Func<string, Task> verb) => Graph(_ => true).Reversed().RunAsync(service => EachAsync(all[service], service, phase, verb, run));
        foreach (var group in all.OrderBy(group => group.Key, StringComparer.Ordinal))
        {
            run.Step(new TaskStep(group.Key, group.Key, TaskStepState.Waiting));
        }
        switch (intent.Kind)
        {
            case IntentKind.Start:
                await UpAsync("starting", id => containers.StartAsync(id, run.Stop));
                break;
            case IntentKind.Stop:
                await DownAsync("stopping", id => containers.StopAsync(id, stop: run.Stop));
                break;
            case IntentKind.Restart:
                await UpAsync("restarting", id => containers.RestartAsync(id, stop: run.Stop));
                break;
            default:
                await DownAsync("removing", id => GoneAsync(id, run.Stop));
                await LeftAsync(name, intent.Volumes, run);
                break;
        }
    }

    private async Task GoneAsync(string id, CancellationToken stop)
    {
        await Quiet.Async(() => containers.StopAsync(id, stop: stop));
        await containers.RemoveAsync(id, force: true, stop);
    }

    private async Task LeftAsync(string name, bool withVolumes, TaskRun run)
    {
        await files.TrimAsync();
        var left = new List<string>();
        foreach (var network in networks.List().Where(network => network.Spec.Labels.GetValueOrDefault(Labels.Project) == name))
        {
            await TryAsync($"network {network.Name}", "", () => networks.RemoveAsync(network.Id, run.Stop));
        }
        foreach (var volume in withVolumes ? volumes.List().Where(volume => volume.Labels.GetValueOrDefault(Labels.Project) == name) : [])
        {
            await TryAsync($"volume {volume.Name}", " with its files", () => volumes.RemoveAsync(volume.Name, run.Stop));
        }
        if (left.Count > 0)
        {
            throw EngineException.Conflict(string.Join(' ', left));
        }

        async Task TryAsync(string what, string more, Func<Task> remove)
        {
            try
            {
                await Quiet.Async(remove);
                run.Line($"removed {what}{more}");
            }
            catch (EngineException e) when (e.Kind == EngineErrorKind.Conflict)
            {
                run.Line($"{what} stays: {e.Message}");   // and keeps none of the others
                left.Add(e.Message);
            }
        }
    }

    private static async Task EachAsync(IEnumerable<Container> containers, string service, string phase, Func<string, Task> verb, TaskRun run, Func<Task>? wait = null)
    {
        run.Step(service, step => step with { State = TaskStepState.Running });
        try
        {
            await (wait?.Invoke() ?? Task.CompletedTask);
            run.Step(service, step => step with { Phase = phase });
            await Task.WhenAll(containers.Select(container => Quiet.Async(() => verb(container.Id.Value))));
            run.Step(service, step => step with { State = TaskStepState.Done, Phase = "" });
        }
        catch (Exception e)
        {
            run.Step(service, step => step with { State = TaskStepState.Failed, Phase = e is OperationCanceledException ? "cancelled" : "failed" });
            throw;
        }
    }

    private static string ServiceOf(Container container) => container.Spec.Labels.GetValueOrDefault(Labels.Service) ?? container.Name;
}
