using Brig.Engine.Logs;

namespace Brig.Engine.Containers;

internal sealed class LogOwners(IContainers containers) : ILogOwners
{
    public ContainerId Find(string idOrName) => containers.Get(idOrName).Id;

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
}
