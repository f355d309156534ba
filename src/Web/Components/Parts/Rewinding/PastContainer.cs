using System.Collections.Immutable;
using Brig.Engine.Containers;
using Brig.Engine.Events;
using Brig.Engine.History;

namespace Brig.Web.Components.Parts.Rewinding;

/// <summary>A container that was there at a moment, also one that was removed since.</summary>
/// <param name="State">Null: nothing is kept of what it was then.</param>
/// <param name="Now">Null: it was removed since.</param>
public sealed record PastContainer(string Id, string Name, string? Image, string? Stack, string? Service, ContainerState? State, Container? Now)
{
    /// <summary>Samples come each second; of an older time each stands for a minute.</summary>
    private const long Around = 60_000;

    public StateLook? Look => State is { } state ? StateLook.Of(state) : null;
    public bool WasRunning => State?.Status is ContainerStatus.Running or ContainerStatus.Paused;

    /// <summary>All that were there, by name. Told from the events that are kept, and, where those do not go back so far, from what was measured.</summary>
    public static async Task<ImmutableArray<PastContainer>> AllAsync(IContainers engine, IEvents events, IHistory history, DateTimeOffset at)
    {
        var now = engine.List().ToDictionary(container => container.Id.Value);
        var told = (await events.ListAsync(until: at, kind: "container", limit: int.MaxValue)).ToLookup(e => e.Subject);
        var measured = history.Sources().Where(source => source.Id != HistorySource.Machine).ToDictionary(source => source.Id);
        var all = ImmutableArray.CreateBuilder<PastContainer>();
        foreach (string id in now.Keys.Union(measured.Keys).Union(told.Select(each => each.Key)))
        {
            var container = now.GetValueOrDefault(id);
            var source = measured.GetValueOrDefault(id);
            var last = told[id].LastOrDefault();
            if (container is { Spec.Sandbox: not null } || container?.CreatedAt > at || last?.Action == "remove")
                continue;
            long moment = at.ToUnixTimeMilliseconds();
            bool wasMeasured = source is { From: { } from, To: { } to } && from - Around <= moment && moment <= to + Around;
            var state = container is not null ? PastState.Of(container, told[id], at) : PastState.Of(told[id]);
            state ??= wasMeasured ? new(ContainerStatus.Running) : null;
            if (container is null && (state is null || source?.RemovedAt < moment))
                continue;
            var labels = container?.Spec.Labels ?? source?.Labels;
            all.Add(new(id, last?.Name ?? container?.Name ?? source!.Name, container?.Spec.Image ?? source?.Image, source?.Stack ?? labels?.GetValueOrDefault("com.docker.compose.project"),
                source?.Service ?? labels?.GetValueOrDefault("com.docker.compose.service"), state, container));
        }
        return [.. all.OrderBy(one => one.Name, StringComparer.Ordinal)];
    }
}
