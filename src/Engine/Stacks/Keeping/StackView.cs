using System.Collections.Immutable;
using Brig.Engine.Containers;
using Brig.Engine.Stacks.Plans;

namespace Brig.Engine.Stacks.Keeping;

/// <summary>Stacks as they are shown: what is kept, and what runs.</summary>
internal sealed class StackView(StackBook book, IContainers containers, ForeignWork work)
{
    /// <summary>Also the projects that another tool made.</summary>
    public ImmutableArray<Stack> List()
    {
        var byProject = containers.List().Where(container => ProjectOf(container) is not null).ToLookup(container => ProjectOf(container)!, StringComparer.Ordinal);
        var kept = book.List();
        var names = kept.Select(entry => entry.Record.Name).ToHashSet(StringComparer.Ordinal);
        return
        [
            .. kept.Select(entry => Of(entry, byProject[entry.Record.Name]))
                .Concat(byProject.Where(project => !names.Contains(project.Key)).Select(project => Foreign(project.Key, [.. project])))
                .OrderBy(stack => stack.Name, StringComparer.Ordinal),
        ];
    }

    public Stack? TryGet(string idOrName)
    {
        if (book.TryFind(idOrName) is { } entry)
        {
            return Of(entry, Containers(entry.Record.Name));
        }
        Container[] foreign = [.. Containers(idOrName)];
        return foreign.Length == 0 ? null : Foreign(idOrName, foreign);
    }

    public Stack Get(string idOrName) => TryGet(idOrName) ?? throw EngineException.NotFound($"There is no stack \"{Text.Short(idOrName)}\".");

    public IEnumerable<Container> Containers(string project) => containers.List().Where(container => ProjectOf(container) == project);

    public static string? ProjectOf(Container container) => container.Spec.Labels.GetValueOrDefault(Labels.Project);

    private static Stack Of(StackEntry entry, IEnumerable<Container> containers)
    {
        var record = entry.Record;
        return new(record.Id, record.Name, record.Folder, record.Files, record.Profiles, record.Revision, Managed: true, Services(record.Revision == 0 && entry.Services.IsEmpty ? Found(containers) : entry.Services, containers), record.CreatedAt)
        {
            TaskId = entry.TaskId,
            Trouble = record.Trouble,
        };
    }

    /// <summary>What Compose made by another Brig, or through Docker's API: it shall have what it has, but for what was run once.</summary>
    private Stack Foreign(string name, Container[] containers)
    {
        var first = containers.MaxBy(container => container.CreatedAt)!;
        string folder = Label(first, Labels.WorkingDir);
        return new(name, name, folder.Length > 0 ? folder : null, [.. Label(first, Labels.ConfigFiles).Split(',', StringSplitOptions.RemoveEmptyEntries)], [], 0, Managed: false,
            Services(Found(containers), containers), containers.Min(container => container.CreatedAt)) { TaskId = work.TaskOf(name) };
    }

    /// <summary>Services as their containers' labels tell of them.</summary>
    private static ImmutableArray<RevisionService> Found(IEnumerable<Container> containers) =>
    [
        .. containers.Where(container => !Labels.IsOneOff(container)).GroupBy(container => Label(container, Labels.Service), StringComparer.Ordinal).Where(group => group.Key.Length > 0)
            .Select(group => new RevisionService(group.Key, group.First().Spec.Image, group.Count(), ComposeDependencies.Read(Label(group.First(), Labels.DependsOn)))),
    ];

    private static string Label(Container container, string key) => container.Spec.Labels.GetValueOrDefault(key, "");

    private static ImmutableArray<StackService> Services(ImmutableArray<RevisionService> asked, IEnumerable<Container> containers)
    {
        var byService = containers.Where(container => container.State.Status != ContainerStatus.Removing)
            .ToLookup(container => container.Spec.Labels.GetValueOrDefault(Labels.Service) ?? container.Name, StringComparer.Ordinal);
        return
        [
            .. asked.Select(service => new StackService(service.Name, service.Image, service.Containers, service.DependsOn, Containers(byService[service.Name])))
                .Concat(byService.Where(group => asked.All(service => service.Name != group.Key)).Select(group => new StackService(group.Key, group.First().Spec.Image, 0, [], Containers(group))))
                .OrderBy(service => service.Name, StringComparer.Ordinal),
        ];
    }

    private static ImmutableArray<StackContainer> Containers(IEnumerable<Container> containers) =>
    [
        .. containers.Select(container => new StackContainer(container.Id.Value, container.Name, Planner.Number(container) ?? 0, container.State.Status, container.State.Health?.Status, container.Ports))
            .OrderBy(container => container.Number).ThenBy(container => container.Name, StringComparer.Ordinal),
    ];
}
