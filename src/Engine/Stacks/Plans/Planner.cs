using System.Collections.Immutable;
using System.Globalization;
using Brig.Engine.Containers;
using Brig.Engine.Stacks.Compose;

namespace Brig.Engine.Stacks.Plans;

/// <param name="Anew">Services whose containers are made anew though nothing asks for it.</param>
/// <param name="KeepOrphans">What is of the stack and not in its files stays.</param>
/// <param name="Only">Services that are looked at; null: all.</param>
/// <param name="Pull">Images are asked for again, also those that are here.</param>
/// <param name="HasImages">Images were pulled and built already.</param>
/// <param name="Round">Of the apply: what it made already is not made anew again.</param>
internal sealed record PlanOptions(ImmutableHashSet<string> Anew, bool KeepOrphans = false, ImmutableHashSet<string>? Only = null, bool Pull = false, bool HasImages = false, string? Round = null)
{
    public static readonly PlanOptions Usual = new([]);
}

/// <summary>From what is asked for and what there is to what has to be done. Looks at nothing else, so the same two give the same plan.</summary>
internal sealed class Planner(DesiredStack desired, ActualStack actual, PlanOptions options)
{
    private readonly HashSet<string> _changedNetworks = new(StringComparer.Ordinal);
    private readonly HashSet<string> _changedServices = new(StringComparer.Ordinal);

    public StackPlan Plan(ImmutableArray<StackFinding> findings)
    {
        var networks = desired.Networks.Select(Network).OfType<PlanStep>().ToArray();
        var volumes = desired.Volumes.Select(Volume).OfType<PlanStep>().ToArray();
        var images = Chosen.GroupBy(service => service.Spec.Image).Select(group => Image(group.Key, [.. group])).ToArray();
        var containers = new List<PlanStep>();
        foreach (var service in InOrder())
        {
            containers.AddRange(Service(service));
        }
        return new(desired.Name,
        [
            .. networks, .. volumes, .. images,
            .. containers.OrderBy(step => step.Action == PlanAction.Remove).ThenBy(step => step.Service, StringComparer.Ordinal).ThenBy(step => step.Number),
            .. Orphans(), .. UnusedNetworks(), .. UnusedVolumes(),
        ], findings);
    }

    private IEnumerable<DesiredService> Chosen => desired.Services.Where(service => options.Only?.Contains(service.Name) != false);

    /// <summary>One after those it needs: whether they change matters to it.</summary>
    private List<DesiredService> InOrder()
    {
        var done = new HashSet<string>(StringComparer.Ordinal);
        var order = new List<DesiredService>();
        var left = Chosen.ToList();
        while (left.Count > 0)
        {
            var ready = left.Where(service => DependencyOrder.Before(service.Asked).All(name => done.Contains(name) || left.All(other => other.Name != name))).ToArray();
            ready = ready.Length > 0 ? ready : [.. left];       // no circles come here; if one did, this ends all the same
            order.AddRange(ready);
            done.UnionWith(ready.Select(service => service.Name));
            left.RemoveAll(ready.Contains);
        }
        return order;
    }

    private PlanStep? Network(DesiredNetwork network)
    {
        var found = actual.Networks.FirstOrDefault(other => other.Name == network.Name);
        if (network.Hash is null)
        {
            return found is not null ? null : throw EngineException.Invalid($"The external network {network.Name} does not exist; make it first, or leave out external.");
        }
        PlanStep Step(PlanAction action, string why) => new(action, PlanSubject.Network, network.Name, why);
        if (found is null)
        {
            return Step(PlanAction.Create, "It is not there.");
        }
        if (!found.Spec.Labels.ContainsKey(Labels.Project))
        {
            return Step(PlanAction.Keep, "It was made outside of the stack and is used as it is.");
        }
        if (found.Spec.Labels.GetValueOrDefault(Labels.ConfigHash) == network.Hash)
        {
            return Step(PlanAction.Keep, "Nothing changes.");
        }
        _changedNetworks.Add(network.Name);
        return Step(PlanAction.Change, "Its settings change, so it is made anew, and the containers in it too.");
    }

    private PlanStep? Volume(DesiredVolume volume)
    {
        bool isThere = actual.Volumes.Any(other => other.Name == volume.Name);
        if (volume.External)
        {
            return isThere ? null : throw EngineException.Invalid($"The external volume {volume.Name} does not exist; make it first, or leave out external.");
        }
        return isThere
            ? new(PlanAction.Keep, PlanSubject.Volume, volume.Name, "Its files stay.")
            : new(PlanAction.Create, PlanSubject.Volume, volume.Name, "It is not there.");
    }

    private PlanStep Image(string reference, DesiredService[] services)
    {
        bool isHere = actual.ImageDigest(reference) is not null;
        bool isBuilt = services.Any(service => service.Build is not null);
        bool always = !options.HasImages && services.Any(service => options.Pull && service.Asked.Pull != PullPolicy.Never || service.Asked.Pull is PullPolicy.Always or PullPolicy.Build);
        return (isHere, always) switch
        {
            (true, false) => new(PlanAction.Keep, PlanSubject.Image, reference, "It is here."),
            (true, true) => new(PlanAction.Change, PlanSubject.Image, reference, isBuilt ? "It is here and is built anew." : "It is here and is asked for again."),
            _ => new(PlanAction.Create, PlanSubject.Image, reference, isBuilt ? "It is not here and is built." : "It is not here and is pulled."),
        };
    }

    private IEnumerable<PlanStep> Service(DesiredService service)
    {
        var found = actual.Containers.Where(container => container.Spec.Labels.GetValueOrDefault(Labels.Service) == service.Name && !Labels.IsOneOff(container)).ToArray();
        foreach (var wanted in service.Containers)
        {
            // After an update that was cut short there may be two of one number: the one that is as asked for stays.
            var same = found.Where(container => Number(container) == wanted.Number).OrderBy(container => Why(service, container) is null ? 0 : 1).ThenBy(container => container.Name == wanted.Name ? 0 : 1).ToArray();
            if (same.Length == 0)
            {
                yield return new(PlanAction.Create, PlanSubject.Container, wanted.Name, "It is not there.", service.Name, wanted.Number);
                continue;
            }
            yield return Container(service, wanted, same[0]);
            foreach (var other in same.Skip(1))
            {
                yield return new(PlanAction.Remove, PlanSubject.Container, other.Name, "An update that was cut short left it.", service.Name, wanted.Number) { Container = other.Id.Value };
            }
        }
        foreach (var extra in found.Where(container => Number(container) is not { } number || number > service.Containers.Length))
        {
            yield return new(PlanAction.Remove, PlanSubject.Container, extra.Name, $"The service shall have {service.Containers.Length}.", service.Name, Number(extra)) { Container = extra.Id.Value };
        }
    }

    private PlanStep Container(DesiredService service, DesiredContainer wanted, Container found)
    {
        PlanStep Step(PlanAction action, string why) => new(action, PlanSubject.Container, wanted.Name, why, service.Name, wanted.Number) { Container = found.Id.Value };
        if (Why(service, found) is { } why)
        {
            _changedServices.Add(service.Name);
            var changes = actual.SpecOf(found.Spec.Labels.GetValueOrDefault(Labels.ConfigHash) ?? "") is { } before ? Differences.Of(before, service.Text()) : [];
            return Step(PlanAction.Change, why) with { Changes = changes };
        }
        if (service.Asked.DependsOn.FirstOrDefault(needed => needed.Restart && _changedServices.Contains(needed.Service)) is { } changed)
        {
            return Step(PlanAction.Restart, $"It is restarted because {changed.Service} changes.");
        }
        return found.State.Status is ContainerStatus.Running or ContainerStatus.Paused or ContainerStatus.Restarting
            ? Step(PlanAction.Keep, "Nothing changes.")
            : Step(PlanAction.Start, found.State.Status == ContainerStatus.Created ? "It was never started." : "It does not run.");
    }

    /// <summary>Null: it is as asked for.</summary>
    private string? Why(DesiredService service, Container found)
    {
        if (!found.Spec.Labels.ContainsKey(Labels.Stack))
        {
            return "Another tool made it.";
        }
        if (found.Spec.Labels.GetValueOrDefault(Labels.ConfigHash) != service.Hash)
        {
            return "What is asked for changed.";
        }
        if (options.Anew.Contains(service.Name) && (options.Round is null || found.Spec.Labels.GetValueOrDefault(Labels.Round) != options.Round))
        {
            return "It is made anew because somebody asked for it.";
        }
        if (actual.ImageDigest(service.Spec.Image) is { } digest && digest != found.ImageDigest)
        {
            return $"The image {service.Spec.Image} is another one now.";
        }
        if (service.Spec.Networks?.FirstOrDefault(network => _changedNetworks.Contains(network.Network)) is { } network)
        {
            return $"The network {network.Network} is made anew.";
        }
        string[] shared = [.. new[] { service.Asked.NetworkMode, service.Asked.Pid, service.Asked.Ipc }.OfType<string>().Where(mode => mode.StartsWith("service:", StringComparison.Ordinal)).Select(mode => mode[8..])];
        return shared.FirstOrDefault(_changedServices.Contains) is { } owner ? $"It shares what {owner} has, which changes." : null;
    }

    private IEnumerable<PlanStep> Orphans() => options.KeepOrphans ? [] : actual.Containers
        .Where(container => !Labels.IsOneOff(container) && desired.Service(container.Spec.Labels.GetValueOrDefault(Labels.Service) ?? "") is null)
        .OrderBy(container => container.Name, StringComparer.Ordinal)
        .Select(container => new PlanStep(PlanAction.Remove, PlanSubject.Container, container.Name, "Its service is not in the stack any more.", container.Spec.Labels.GetValueOrDefault(Labels.Service), Number(container)) { Container = container.Id.Value });

    private IEnumerable<PlanStep> UnusedNetworks() => options.KeepOrphans ? [] : actual.Networks
        .Where(network => network.Spec.Labels.GetValueOrDefault(Labels.Project) == desired.Name && desired.Networks.All(wanted => wanted.Name != network.Name))
        .Select(network => new PlanStep(PlanAction.Remove, PlanSubject.Network, network.Name, "It is not in the stack any more."));

    private IEnumerable<PlanStep> UnusedVolumes() => actual.Volumes
        .Where(volume => volume.Labels.GetValueOrDefault(Labels.Project) == desired.Name && desired.Volumes.All(wanted => wanted.Name != volume.Name))
        .Select(volume => new PlanStep(PlanAction.Keep, PlanSubject.Volume, volume.Name, "It is not in the stack any more; its files stay until somebody removes it."));

    internal static int? Number(Container container) =>
        int.TryParse(container.Spec.Labels.GetValueOrDefault(Labels.Number), NumberStyles.None, CultureInfo.InvariantCulture, out int number) && number > 0 ? number : null;
}
