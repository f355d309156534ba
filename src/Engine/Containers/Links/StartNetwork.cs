using Brig.Linux;
using Brig.Linux.Net;
using Brig.Linux.Proc;
using Microsoft.Extensions.Logging;

namespace Brig.Engine.Containers;

/// <summary>The networks' part of a start. Of a container whose network namespace is another's or the host's there is nothing to do.</summary>
internal sealed partial class StartNetwork(IContainerNetwork networks, ContainerLinks links, LeavingNetworks leaving, Pins pins, ILogger<StartNetwork> log)
{
    /// <exception cref="EngineException">Fails the start.</exception>
    public async Task<NetworkAttempt> PrepareAsync(Container container, BirthRecorder birth)
    {
        if (!IsOwn(container))
        {
            return new(networks, links, pins, container, NetworkSetup.None, birth);
        }
        var setup = await networks.PrepareAsync(container, birth);
        return new(networks, links, pins, container, setup, birth);
    }

    /// <summary>Found running by a new engine.</summary>
    public async Task AdoptAsync(Container container)
    {
        if (IsOwn(container))
        {
            using var inside = pins.Open(container.Id);
            await QuietlyAsync(container, networks.AdoptedAsync(container, inside));
        }
    }

    /// <param name="again">It is started again at once: what still comes for it is kept for it.</param>
    public async Task EndAsync(Container container, bool again)
    {
        if (IsOwn(container))
        {
            if (!again)
            {
                await Task.Run(() => Silence(container.Id));
            }
            await QuietlyAsync(container, networks.EndedAsync(container, again));
        }
    }

    /// <summary>Removed.</summary>
    public async Task ReleaseAsync(Container container)
    {
        if (IsOwn(container))
        {
            await Task.Run(() => LetGo(container));
            await QuietlyAsync(container, networks.ReleaseAsync(container));
        }
    }

    private static bool IsOwn(Container container) => container.Spec.Namespaces.Net.Source == NamespaceSource.New;

    /// <summary>
    /// The network namespace of a container, to change it while it runs, or for its next start; pinned from now on. Null: it has none, for it never ran with interfaces.
    /// </summary>
    /// <param name="entry">Under its lock.</param>
    /// <returns>The caller's to dispose.</returns>
    /// <exception cref="LinuxException">The kernel refused.</exception>
    public NetNamespace? Open(ContainerEntry entry)
    {
        if (pins.Open(entry.Id) is { } pinned)
        {
            return pinned;
        }
        if (entry.Run is not { } run || !IsOwn(entry.Now))
        {
            return null;
        }
        var inside = NetNamespace.OfProcess(run.Pid);
        if (ProcessStat.StartTicks(run.Pid) == run.StartTicks)
        {
            pins.Pin(entry.Id.Value, inside);
            return inside;
        }
        inside.Dispose();
        return null;
    }

    private void LetGo(Container container)
    {
        var inside = pins.Open(container.Id);
        pins.Remove(container.Id.Value);
        if (inside is not null)
        {
            leaving.Add(inside, container.Endpoints.Select(endpoint => LinkPlan.OuterName(container.Id, endpoint.Interface)));
        }
    }

    private void Silence(ContainerId id)
    {
        using var inside = pins.Open(id);
        try
        {
            if (inside is not null)
            {
                links.Silence(id, inside);
            }
        }
        catch (LinuxException e)
        {
            LinksStay(id, e.Message);
        }
    }

    private async Task QuietlyAsync(Container container, ValueTask work)
    {
        try
        {
            await work;
        }
        catch (Exception e)
        {
            NetworksFailed(e, container.Name);
        }
    }

    [LoggerMessage(Level = LogLevel.Error, Message = "The networks of container {Name} are not as they should be")]
    private partial void NetworksFailed(Exception e, string name);

    [LoggerMessage(Level = LogLevel.Warning, Message = "The interfaces of container {Id}, which has ended, could not be silenced: {Reason}")]
    private partial void LinksStay(ContainerId id, string reason);
}
