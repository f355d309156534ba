using System.Collections.Immutable;
using Brig.Engine;
using Brig.Engine.Events;

namespace Brig.Web.Tests.Fakes;

public sealed class FakeEvents : IEvents
{
    public void Tell(string kind, string action, string subject, string name, params ReadOnlySpan<(string Key, string Value)> attributes)
    {
    }

    private readonly List<EngineEvent> _all = [];

    public Feed<EngineEvent> Coming { get; } = new();

    public EngineEvent Happen(string action, string subject = "c1", string name = "web", string kind = "container", params (string Key, string Value)[] attributes)
    {
        var one = new EngineEvent(_all.Count + 1, FakeContainers.At.AddSeconds(_all.Count), kind, action, subject, name, attributes.ToImmutableDictionary(a => a.Key, a => a.Value));
        _all.Add(one);
        Coming.Publish(one);
        return one;
    }

    public Live<EngineEvent, EngineEvent> Follow(int tail = 200, long after = 0) => Coming.Follow<EngineEvent>([.. _all.Where(e => e.Sequence > after).TakeLast(tail)]);

    public Task<ImmutableArray<EngineEvent>> ListAsync(DateTimeOffset? since = null, DateTimeOffset? until = null, string? kind = null, string? subject = null, int limit = 1000, CancellationToken stop = default) =>
        Task.FromResult<ImmutableArray<EngineEvent>>([.. _all.Where(e => (since is null || e.At >= since) && (until is null || e.At < until) && (kind is null || e.Kind == kind) && (subject is null || e.Subject == subject)).TakeLast(limit)]);
}
