using System.Collections.Immutable;
using System.Text.Json.Serialization;

namespace Brig.Engine.Events;

/// <summary>Something that happened.</summary>
/// <param name="Sequence">Grows, also across restarts of the engine, where it leaps; never given twice.</param>
/// <param name="Kind">container, image, exec, engine.</param>
/// <param name="Action">create, start, die, stop, kill, pause, resume, rename, update, oom, restart, remove, adopt, import …</param>
/// <param name="Subject">The id of what it happened to.</param>
/// <param name="Name">Its name at that moment.</param>
public sealed record EngineEvent(long Sequence, DateTimeOffset At, string Kind, string Action, string Subject, string Name, ImmutableDictionary<string, string> Attributes)
{
    /// <summary>The container or image it is about, as it was. Null: it is about neither, or happened before this engine began; it is not written down.</summary>
    [JsonIgnore]
    public EventActor? Actor { get; init; }
}

/// <summary>Whom clients of Docker choose events by, also when it has been removed.</summary>
/// <param name="Id">Of an image Docker's, the digest of its configuration.</param>
/// <param name="Labels">Its own; the image's come from there.</param>
/// <param name="Joins">Of one that starts or ends: id and name of each network it is on.</param>
/// <param name="Mounts">Of one that starts or ends: each volume it has, where, and whether it may write there.</param>
public sealed record EventActor(
    string Id, string Name, string Image, ImmutableDictionary<string, string> Labels, string ImageDigest, ImmutableArray<(string Id, string Name)> Joins = default, ImmutableArray<(string Volume, string Target, bool Writes)> Mounts = default);

public interface IEvents
{
    /// <summary>What a client did that changes nothing here, and of which others want to hear as from Docker: top, resize, export, save, prune.</summary>
    /// <param name="kind">As of an <see cref="EngineEvent"/>; so the others.</param>
    void Tell(string kind, string action, string subject, string name, params ReadOnlySpan<(string Key, string Value)> attributes);

    /// <summary>The same of a container or an image, with what it is now.</summary>
    void Tell(EventActor actor, string kind, string action, string subject, string name, params ReadOnlySpan<(string Key, string Value)> attributes) => Tell(kind, action, subject, name, attributes);

    /// <summary>The newest first-to-last of what is kept (10,000), then what comes. A reader 1,024 behind is ended; it follows anew from the last sequence it saw.</summary>
    Live<EngineEvent, EngineEvent> Follow(int tail = 200, long after = 0);

    /// <summary>Of what is kept, oldest first.</summary>
    Task<ImmutableArray<EngineEvent>> ListAsync(DateTimeOffset? since = null, DateTimeOffset? until = null, string? kind = null, string? subject = null, int limit = 1000, CancellationToken stop = default);
}
