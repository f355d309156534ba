using Brig.Engine;
using Brig.Engine.Containers;

namespace Brig.Web.Api.Docker;

/// <summary>A container as Docker's clients name it, and the errors in the words that they look for.</summary>
internal static class DockerContainers
{
    /// <exception cref="EngineException">NotFound, as Docker says it.</exception>
    public static Container Named(this IContainers all, string idOrName)
    {
        string name = idOrName.TrimStart('/');
        try
        {
            return all.Get(name);
        }
        catch (EngineException e) when (e.Kind == EngineErrorKind.NotFound)
        {
            throw NotFound(idOrName);
        }
        catch (EngineException e) when (e.Kind == EngineErrorKind.Conflict)
        {
            throw EngineException.Invalid($"Multiple IDs found with provided prefix: {idOrName}");
        }
    }

    public static EngineException NotFound(string idOrName) => EngineException.NotFound($"No such container: {idOrName}");

    /// <exception cref="EngineException">Conflict: it has no processes now.</exception>
    public static Container MustRun(this Container container) => container.State.Status switch
    {
        ContainerStatus.Running => container,
        ContainerStatus.Paused => throw EngineException.Conflict($"container {container.Id} is paused, unpause the container before exec"),
        ContainerStatus.Restarting => throw EngineException.Conflict($"Container {container.Id} is restarting, wait until the container is running"),
        _ => throw NotRunning(container),
    };

    public static EngineException NotRunning(Container container) => EngineException.Conflict($"container {container.Id} is not running");
}
