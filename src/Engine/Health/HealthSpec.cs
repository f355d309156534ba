using System.Collections.Immutable;

namespace Brig.Engine.Health;

/// <summary>A health check as asked for; what is null or empty is the image's, else the default. Persisted.</summary>
public sealed record HealthSpec
{
    /// <summary>As Docker has it: <c>NONE</c> (no check, also not the image's), or <c>CMD</c> and a program with its arguments, or <c>CMD-SHELL</c> and a line. Empty: the image's.</summary>
    public ImmutableArray<string> Test { get; init; } = [];

    /// <summary>From the end of one probe to the begin of the next; at least 100 ms. Default: 30 s.</summary>
    public TimeSpan? Interval { get; init; }

    /// <summary>A probe that takes longer is killed with all its processes, and has failed. Default: 30 s.</summary>
    public TimeSpan? Timeout { get; init; }

    /// <summary>How long it may take to start: failures in it do not count. Default: none.</summary>
    public TimeSpan? StartPeriod { get; init; }

    /// <summary>In place of the interval until it was healthy once or the start is over. Default: from 250 ms, twice as long each time, to 5 s.</summary>
    public TimeSpan? StartInterval { get; init; }

    /// <summary>How many failures in a row make it unhealthy. Default: 3.</summary>
    public int? Retries { get; init; }

    /// <summary>What is done when it becomes unhealthy.</summary>
    public UnhealthyAction OnUnhealthy { get; init; }
}

public enum UnhealthyAction
{
    /// <summary>It is told, and no more.</summary>
    None,

    /// <summary>Stop signal, grace, and a new start, whatever the restart policy says.</summary>
    Restart,

    /// <summary>As if stopped by hand.</summary>
    Stop,
}
