using System.Collections.Immutable;
using Brig.Engine.Containers;
using Brig.Engine.Logs;
using Brig.Engine.Logs.Search;

namespace Brig.Engine.Tests.Logs;

/// <summary>One container, "one", in the state a test gives it.</summary>
internal sealed class OneOwner : ILogOwners
{
    private volatile int _state;

    public ContainerId Id { get; } = ContainerId.New();

    public LogOwner State
    {
        get => (LogOwner)_state;
        set => _state = (int)value;
    }

    public ContainerId Find(string idOrName) => idOrName == "one" ? Id : throw EngineException.NotFound($"There is no container {idOrName}.");

    public LogOwner Look(ContainerId id) => State;

    public LogSource? Removed(string idOrName) => null;

    public Task ForgetAsync(string idOrName) => throw EngineException.NotFound("none");

    public ImmutableArray<LogSource> Sources() => [new(Id, "one", "image", ImmutableDictionary<string, string>.Empty, DateTimeOffset.UnixEpoch)];
}
