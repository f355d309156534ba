using System.Collections.Immutable;
using Brig.Engine.Logs;
using Brig.Engine.Logs.Keeping;
using Brig.Engine.Logs.Search;

namespace Brig.Engine.Containers;

internal sealed class LogOwners(IContainers containers, KeptLogs kept) : ILogOwners
{
    public ContainerId Find(string idOrName)
    {
        try
        {
            return containers.Get(idOrName).Id;
        }
        catch (EngineException e) when (e.Kind == EngineErrorKind.NotFound && kept.Find(idOrName) is { } removed)
        {
            return removed.Id;
        }
    }

    public LogOwner Look(ContainerId id)
    {
        try
        {
            return containers.Get(id.Value).State.Status is ContainerStatus.Running or ContainerStatus.Paused or ContainerStatus.Restarting
                ? LogOwner.Writes
                : LogOwner.Ended;
        }
        catch (EngineException e) when (e.Kind == EngineErrorKind.NotFound)
        {
            return LogOwner.Removed;
        }
    }

    public ImmutableArray<LogSource> Sources()
    {
        var removed = kept.List();   // before: what is removed meanwhile is then in one of the two
        var here = containers.List().Select(Source).ToList();
        var ids = here.Select(source => source.Id).ToHashSet();
        return [.. removed.Concat(kept.List()).DistinctBy(source => source.Id).Where(source => !ids.Contains(source.Id)).OrderBy(source => source.CreatedAt), .. here];
    }

    public LogSource? Removed(string idOrName) => kept.Find(idOrName);

    public Task ForgetAsync(string idOrName) => kept.ForgetAsync(idOrName);

    public static LogSource Source(Container container) => new(
        container.Id, container.Name, container.Spec.Image, container.Spec.Labels, container.CreatedAt,
        ExitCode: container.State.Status is ContainerStatus.Running or ContainerStatus.Paused ? null : container.State.Exit?.Code) { Privileged = container.Spec.Privileged };
}
