using System.Collections.Immutable;
using Brig.Engine.Containers;
using Brig.Engine.Logs.Search;

namespace Brig.Engine.Logs;

/// <summary>What a reader of logs must know of the container that writes. Told by the folder above, so that this one need not know containers.</summary>
public interface ILogOwners
{
    /// <exception cref="EngineException">NotFound.</exception>
    ContainerId Find(string idOrName);

    LogOwner Look(ContainerId id);

    /// <summary>All whose lines there are: removed containers, then those that exist.</summary>
    ImmutableArray<LogSource> Sources();

    /// <summary>A removed container whose log is kept.</summary>
    LogSource? Removed(string idOrName);

    /// <exception cref="EngineException">NotFound.</exception>
    Task ForgetAsync(string idOrName);
}

public enum LogOwner
{
    /// <summary>It runs, or the restart policy will start it again.</summary>
    Writes,

    /// <summary>All it wrote is in the log.</summary>
    Ended,

    Removed,
}
