using System.Collections.Immutable;
using System.Net;
using System.Threading.Channels;
using Brig.Engine.Containers;
using Brig.Engine.Health;
using Brig.Linux.Net;
using Microsoft.Extensions.Logging;

namespace Brig.Engine.Networks.Dns;

/// <summary>
/// Tells the resolver who is where: the containers whose cables are plugged in, by name, short id and aliases. Plugging in and ending are told by the life of a container, before
/// anybody can ask; what else changes (a name, a network) comes by the containers' own feed, and so does their health: a service's name leads to those that are well.
/// </summary>
internal sealed partial class NameServers : INameServers, IDisposable
{
    private readonly Lock _gate = new();
    private readonly Dictionary<ContainerId, Container> _present = [];

    /// <summary>Of pods, while they run: who asks for one of them finds the pod's address.</summary>
    private readonly Dictionary<ContainerId, Container> _members = [];
    private readonly CancellationTokenSource _stop = new();
    private readonly IResolver _resolver;
    private readonly NetworkTable _networks;
    private readonly ContainerTable _containers;
    private readonly ILogger<NameServers> _log;

    public NameServers(IResolver resolver, NetworkTable networks, ContainerTable containers, ILogger<NameServers> log)
    {
        (_resolver, _networks, _containers, _log) = (resolver, networks, containers, log);
        _ = FollowAsync();
    }

    public ResolverPlan? Resolver(Container container) => container.Endpoints.IsEmpty ? null : _resolver.Plan();

    public void Begin(Container container, NetNamespace inside)
    {
        Put(container, begins: true);
        _resolver.Attach(container.Id.Value, inside, Scope(container));
    }

    /// <summary>Nobody finds it any more. Its server goes on listening, as its network namespace goes on: the next start finds it there.</summary>
    public void End(ContainerId id)
    {
        lock (_gate)
        {
            if (_present.Remove(id, out var container))
            {
                Publish(NetworksOf(container));
            }
            PutMember(id, null);
        }
    }

    public void Dispose()
    {
        _stop.Cancel();
        _stop.Dispose();
    }

    private static DnsScope Scope(Container container) =>
        new([.. NetworksOf(container)], [.. container.Spec.Dns.Select(text => IPAddress.TryParse(text, out var server) ? server : null).OfType<IPAddress>()]);

    private static IEnumerable<string> NetworksOf(Container container) => container.Endpoints.Select(e => e.NetworkId);

    /// <summary>As it is now, if it is newer than what is known.</summary>
    private void Put(Container container, bool begins)
    {
        lock (_gate)
        {
            if (!_present.TryGetValue(container.Id, out var before) ? !begins : before.Version > container.Version)
            {
                return;
            }
            _present[container.Id] = container;
            if (before is null || before.Name != container.Name || IsReady(before) != IsReady(container) || !before.Endpoints.AsSpan().SequenceEqual(container.Endpoints.AsSpan()))
            {
                Publish(NetworksOf(container).Concat(before is null ? [] : NetworksOf(before)).Distinct(StringComparer.Ordinal));
            }
        }
    }

    /// <param name="member">Null: it does not run.</param>
    private void PutMember(ContainerId id, Container? member)
    {
        lock (_gate)
        {
            _members.Remove(id, out var before);
            if (member is not null)
            {
                _members[id] = member;
            }
            if ((before ?? member)?.Spec.Pod is { } pod && (before?.Name, before is null || IsReady(before)) != (member?.Name, member is null || IsReady(member)) && _present.TryGetValue(new(pod), out var sandbox))
            {
                Publish(NetworksOf(sandbox));
            }
        }
    }

    private void Publish(IEnumerable<string> networks)
    {
        foreach (string id in networks)
        {
            var network = _networks.TryGet(id)?.Now;
            var there = _present.Values.Select(c => (Container: c, Endpoint: c.Endpoints.FirstOrDefault(e => e.NetworkId == id))).Where(one => one.Endpoint is not null).ToArray();
            if (network is null && there.Length == 0)
            {
                _resolver.Forget(id);
                continue;
            }
            // A network that is just being removed has nobody on it; until it is gone its rules hold.
            _resolver.Publish(id, network?.Name ?? id, network?.Spec.Internal ?? true, [.. there.SelectMany(one => MembersOf(one.Container).Prepend(one.Container).Select(who => Named(who, one.Endpoint!)))]);
        }
    }

    private IEnumerable<Container> MembersOf(Container pod) => pod.Spec.Sandbox is null ? [] : _members.Values.Where(member => member.Spec.Pod == pod.Id.Value);

    /// <param name="endpoint">Its own, or its pod's, whose further names are the pod's.</param>
    private static NamedEndpoint Named(Container container, Endpoint endpoint) => new(
        [container.Name, container.Id.Short, .. container.Spec.Pod is null ? endpoint.Aliases : []],
        [.. ((string?[])[endpoint.Ipv4, endpoint.Ipv6]).OfType<string>().Select(IPAddress.Parse)],
        IsReady(container));

    private static bool IsReady(Container container) => container.State.Health is null or { Status: HealthStatus.Healthy };

    private async Task FollowAsync()
    {
        while (!_stop.IsCancellationRequested)
        {
            try
            {
                using var live = _containers.Follow();
                foreach (var container in live.Snapshot)
                {
                    Changed(container);
                }
                await foreach (var change in live.Changes.ReadAllAsync(_stop.Token))
                {
                    if (change.Container is { } container)
                    {
                        Changed(container);
                    }
                    else
                    {
                        End(change.Id);
                        _resolver.Detach(change.Id.Value);
                    }
                }
            }
            catch (OperationCanceledException)
            {
                return;
            }
            catch (Exception e) when (e is not OutOfMemoryException)
            {
                Lost(e);   // and follows anew, with all that is there
            }
        }
    }

    private void Changed(Container container)
    {
        Put(container, begins: false);
        if (container.Spec.Pod is not null)
        {
            PutMember(container.Id, container.State.Status is ContainerStatus.Running or ContainerStatus.Paused ? container : null);
        }
        _resolver.Change(container.Id.Value, Scope(container));
    }

    [LoggerMessage(Level = LogLevel.Error, Message = "The names of containers could not be followed")]
    private partial void Lost(Exception exception);
}
