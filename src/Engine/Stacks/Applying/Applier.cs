using System.Collections.Concurrent;
using System.Collections.Immutable;
using Brig.Engine.Containers;
using Brig.Engine.Networks;
using Brig.Engine.Stacks.Compose;
using Brig.Engine.Stacks.Keeping;
using Brig.Engine.Stacks.Plans;
using Brig.Engine.Tasks;
using Brig.Engine.Volumes;

namespace Brig.Engine.Stacks.Applying;

/// <summary>
/// Does what a plan says:
/// <code>
/// 1. images are pulled and built; what they are now may change the plan
/// 2. containers of networks that are made anew go, then those networks; orphans go; networks and volumes are made
/// 3. each service as soon as what it needs is as far as it must be: its containers are made, started, replaced
/// 4. networks that nobody has any more go
/// </code>
/// Told as a task, a step for each service and image. Applied again after it was cut short it goes on where it was.
/// </summary>
internal sealed class Applier(
    IContainers containers, INetworks networks, IVolumes volumes, DependencyWatch dependencies, ImageSupply images, ContainerMaker maker, SecretFiles files, ReplacementTools tools, TimeProvider time)
{
    /// <returns>What stayed as it was because its update failed and the rest was to go on, a sentence each.</returns>
    /// <exception cref="RolledBackException">An update failed and all its containers are the old ones.</exception>
    public async Task<ImmutableArray<string>> RunAsync(DesiredStack desired, StackPlan plan, StackIntent intent, TaskRun run)
    {
        var stayed = new ConcurrentQueue<string>();
        var steps = plan.Steps.Where(step => step.Subject == PlanSubject.Container && step.Service is not null).ToLookup(step => step.Service!, StringComparer.Ordinal);
        var services = desired.Services.Where(service => steps.Contains(service.Name)).ToArray();
        Show(plan, services, run);
        await ClearAsync(desired, plan, run);
        await Task.WhenAll(
            Task.WhenAll(plan.Steps.Where(step => step is { Subject: PlanSubject.Network, Action: PlanAction.Create or PlanAction.Change }).Select(step => NetworkAsync(desired, step, run))),
            Task.WhenAll(plan.Steps.Where(step => step is { Subject: PlanSubject.Volume, Action: PlanAction.Create }).Select(step => VolumeAsync(desired, step, run))));
        var byName = services.ToDictionary(service => service.Name, StringComparer.Ordinal);
        var optional = services.SelectMany(service => service.Asked.DependsOn.Where(needed => !needed.Required).Select(needed => (service.Name, needed.Service))).ToHashSet();
        var graph = new ServiceGraph(services.ToDictionary(service => service.Name, service => DependencyOrder.Before(service.Asked).Where(other => !optional.Contains((service.Name, other))).ToArray(), StringComparer.Ordinal));
        try
        {
            await graph.RunAsync(
                name => ServiceAsync(desired, byName[name], [.. steps[name]], intent, stayed, run),
                (name, why) => run.Step(name, step => step with { State = TaskStepState.Skipped, Phase = $"waits for {why}" }));
        }
        finally
        {
            await files.TrimAsync();
        }
        foreach (var step in plan.Steps.Where(step => step is { Subject: PlanSubject.Network, Action: PlanAction.Remove }))
        {
            await Quiet.Async(() => networks.RemoveAsync(step.Name, run.Stop));
        }
        return [.. stayed];
    }

    /// <returns>Whether there was anything to pull or build.</returns>
    public async Task<bool> ImagesAsync(DesiredStack desired, StackPlan plan, TaskRun run)
    {
        var steps = plan.Steps.Where(step => step.Subject == PlanSubject.Image && step.Action != PlanAction.Keep).ToArray();
        foreach (var step in steps)
        {
            run.Step(new TaskStep(step.Name, step.Name, TaskStepState.Waiting));
        }
        await Task.WhenAll(steps.Select(step => ImageAsync(desired, step, run)));
        return steps.Length > 0;
    }

    private static void Show(StackPlan plan, DesiredService[] services, TaskRun run)
    {
        foreach (var service in services)
        {
            run.Step(new TaskStep(service.Name, service.Name, TaskStepState.Waiting, "waiting", 0, service.Containers.Length));
        }
        foreach (var step in plan.Steps.Where(step => step.Action != PlanAction.Keep))
        {
            run.Line($"{step.Action.ToString().ToLowerInvariant()} {step.Subject.ToString().ToLowerInvariant()} {step.Name}: {step.Why}");
        }
    }

    private async Task ClearAsync(DesiredStack desired, StackPlan plan, TaskRun run)
    {
        var remade = plan.Steps.Where(step => step is { Subject: PlanSubject.Network, Action: PlanAction.Change }).Select(step => step.Name).ToHashSet(StringComparer.Ordinal);
        var gone = plan.Steps.Where(step => step is { Subject: PlanSubject.Container, Container: not null }
            && ((step.Action == PlanAction.Remove && (step.Service is null || desired.Service(step.Service) is null))
                || (step.Action == PlanAction.Change && desired.Service(step.Service!)!.Spec.Networks?.Any(network => remade.Contains(network.Network)) == true)));
        await Task.WhenAll(gone.Select(step => RemoveAsync(step.Container!, run.Stop)));
        foreach (string network in remade)
        {
            await Quiet.Async(() => networks.RemoveAsync(network, run.Stop));
        }
    }

    private async Task ImageAsync(DesiredStack desired, PlanStep step, TaskRun run)
    {
        var build = desired.Services.FirstOrDefault(service => service.Spec.Image == step.Name && service.Build is not null)?.Build;
        await ToldAsync(run, step.Name, build is null ? "pulling" : "building", () => build is null ? images.PullAsync(step.Name, run.Stop) : images.BuildAsync(build, run.Stop));
    }

    private async Task NetworkAsync(DesiredStack desired, PlanStep step, TaskRun run) =>
        await networks.CreateAsync(desired.Networks.First(network => network.Name == step.Name).Spec, run.Stop);

    private async Task VolumeAsync(DesiredStack desired, PlanStep step, TaskRun run) =>
        await volumes.CreateAsync(desired.Volumes.First(volume => volume.Name == step.Name).Spec, run.Stop);

    private Task ServiceAsync(DesiredStack desired, DesiredService service, ImmutableArray<PlanStep> steps, StackIntent intent, ConcurrentQueue<string> stayed, TaskRun run) =>
        ToldAsync(run, service.Name, "waiting", async () =>
        {
            await dependencies.WaitAsync(desired, service, run);
            void Tell(string phase) => run.Step(service.Name, step => step with { Phase = phase });
            var pairs = Pairs(service, steps, intent);
            var left = steps.Where(step => step.Action == PlanAction.Remove && pairs.All(pair => pair.Old.Id.Value != step.Container));
            await Task.WhenAll(left.Select(step => RemoveAsync(step.Container!, run.Stop)));
            var fresh = pairs.Select(pair => pair.Wanted.Number).ToHashSet();
            Tell("starting");
            await Task.WhenAll(steps.Where(step => step.Action is PlanAction.Create or PlanAction.Start or PlanAction.Restart or PlanAction.Change && !fresh.Contains(step.Number ?? 0))
                .Select(step => OneAsync(service, step, intent.Round, run)));
            if (!pairs.IsEmpty)
            {
                foreach (string why in await new RollingUpdate(tools, service, intent.Round, time, run).RunAsync(pairs))
                {
                    stayed.Enqueue($"A container of {service.Name} stays as it was: {why}");
                }
            }
        });

    /// <summary>Which container takes whose place: those that change, and those that an update left when it was cut short.</summary>
    private ImmutableArray<(DesiredContainer Wanted, Container Old, Container? Fresh)> Pairs(DesiredService service, ImmutableArray<PlanStep> steps, StackIntent intent)
    {
        Container Before(Container now) => intent.Before?.FirstOrDefault(before => before.Id == now.Id.Value)?.Over(now) ?? now;
        var pairs = ImmutableArray.CreateBuilder<(DesiredContainer, Container, Container?)>();
        foreach (var wanted in service.Containers)
        {
            var own = steps.Where(step => step.Number == wanted.Number && step.Container is not null).ToArray();
            var main = own.FirstOrDefault(step => step.Action != PlanAction.Remove);
            var left = own.FirstOrDefault(step => step.Action == PlanAction.Remove);
            if (main?.Action == PlanAction.Change && Find(main.Container!) is { } old)
            {
                pairs.Add((wanted, Before(old), null));
            }
            else if (main is not null && left is not null && Find(left.Container!) is { } before && Find(main.Container!) is { } fresh)
            {
                pairs.Add((wanted, Before(before), fresh));
            }
        }
        return pairs.ToImmutable();
    }

    private async Task OneAsync(DesiredService service, PlanStep step, string round, TaskRun run)
    {
        var wanted = service.Containers.First(container => container.Number == step.Number);
        if (step.Action == PlanAction.Restart)
        {
            await containers.RestartAsync(step.Container!, stop: run.Stop);
        }
        else
        {
            string id = step.Action == PlanAction.Start ? step.Container! : (await maker.CreateAsync(service, wanted, round, null, run.Stop)).Id.Value;
            await Quiet.Async(() => containers.StartAsync(id, run.Stop));
        }
        run.Step(service.Name, told => told with { Done = told.Done + 1 });
    }

    private async Task RemoveAsync(string id, CancellationToken stop)
    {
        await Quiet.Async(() => containers.StopAsync(id, stop: stop));
        await Quiet.Async(() => containers.RemoveAsync(id, force: true, stop));
    }

    private Container? Find(string id)
    {
        try
        {
            return containers.Get(id);
        }
        catch (EngineException e) when (e.Kind == EngineErrorKind.NotFound)
        {
            return null;
        }
    }

    private static async Task ToldAsync(TaskRun run, string step, string phase, Func<Task> work)
    {
        run.Step(step, told => told with { State = TaskStepState.Running, Phase = phase });
        try
        {
            await work();
            run.Step(step, told => told with { State = TaskStepState.Done, Phase = "", Done = told.Total ?? told.Done });
        }
        catch (Exception e)
        {
            run.Step(step, told => told with { State = TaskStepState.Failed, Phase = e is OperationCanceledException ? "cancelled" : e is RolledBackException ? "rolled back" : "failed" });
            if (e is EngineException)
            {
                run.Line($"{step}: {e.Message}");
            }
            throw;
        }
    }
}
