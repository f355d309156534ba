using Brig.Engine.Networks;
using Brig.Linux;
using Brig.Linux.Net;
using Microsoft.Extensions.Logging;

namespace Brig.Engine.Containers;

/// <summary>
/// What removed containers had of the network goes a second later, and many go at once: the kernel deletes together what is let go together, where each alone would hold its lock over interfaces for up to 20 ms,
/// and whoever starts meanwhile would wait for it. Until then it is silent.
/// <code>
/// Add        silent, and held by a descriptor only
/// a second   let go: the kernel takes interfaces and namespace together
/// another    whose interfaces are still there: deleted. A connection that a killed program left with something unsent keeps a namespace for as long as the kernel tries to send that, which is minutes
/// </code>
/// The engine ends: all of it at once. It is killed: its descriptors go with it, and the next deletes what is left in its bridges.
/// </summary>
internal sealed partial class LeavingNetworks(HostNetwork host, LinkChores chores, ILogger<LeavingNetworks> log)
{
    private readonly Lock _gate = new();
    private List<Leaver> _leavers = [];

    /// <param name="inside">Nothing else holds it. Ours to dispose from now on.</param>
    /// <param name="outer">Its interfaces' ends on the machine.</param>
    public void Add(NetNamespace inside, IEnumerable<string> outer)
    {
        LinkRef[] links = [];
        try
        {
            links = [.. outer.Select(name => new LinkRef(host.Numbers.Find(name) ?? 0, name)).Where(link => link.Index > 0)];
            host.Removing.Send([.. links.Select(link => NetRequests.SetSilent(link, true).Tolerating(Errno.ENODEV))]);   // one that waited to be started again is not
        }
        catch (LinuxException e)
        {
            NotSilent(e.Message);
        }
        lock (_gate)
        {
            _leavers.Add(new(inside, links));
            if (_leavers.Count > 1)
            {
                return;
            }
        }
        if (!chores.TryAdd(LetGo, always: true))
        {
            LetGo();
        }
    }

    private void LetGo()
    {
        List<Leaver> leavers;
        lock (_gate)
        {
            (leavers, _leavers) = (_leavers, []);
        }
        leavers.ForEach(leaver => leaver.Inside.Dispose());
        LinkRef[] links = [.. leavers.SelectMany(leaver => leaver.Links)];
        if (!chores.TryAdd(() => Delete(links), always: true))
        {
            Delete(links);
        }
    }

    private void Delete(LinkRef[] links)
    {
        foreach (var link in links.Where(link => host.Numbers.Find(link.Name) == link.Index))   // another start may have made another of that name
        {
            host.Removing.Send(NetRequests.DeleteLink(link).Tolerating(Errno.ENODEV));
        }
    }

    private sealed record Leaver(NetNamespace Inside, LinkRef[] Links);

    [LoggerMessage(Level = LogLevel.Warning, Message = "The interfaces of a container that was removed could not be silenced: {Reason}")]
    private partial void NotSilent(string reason);
}
