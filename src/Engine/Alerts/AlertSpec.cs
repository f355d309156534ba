using System.Collections.Immutable;
using Brig.Engine.Containers;

namespace Brig.Engine.Alerts;

/// <summary>A rule as somebody asked for it. Exactly one of <see cref="Metric"/>, <see cref="Event"/> and <see cref="Log"/> says what it looks at.</summary>
public sealed record AlertSpec
{
    /// <summary>What people call it; no two rules have the same.</summary>
    public required string Name { get; init; }

    /// <summary>One that is off looks at nothing, and what it told is over.</summary>
    public bool Enabled { get; init; } = true;

    public AlertScope Scope { get; init; } = new();

    public MetricCondition? Metric { get; init; }
    public EventCondition? Event { get; init; }
    public LogCondition? Log { get; init; }

    /// <summary>How long it must be so without a break before the rule fires.</summary>
    public TimeSpan For { get; init; }

    /// <summary>After a message about one container, the next about it comes at the earliest so much later. It is in the list of incidents all the same.</summary>
    public TimeSpan CoolDown { get; init; } = TimeSpan.FromMinutes(5);

    /// <summary>Names of targets; in the dashboard it is told in any case.</summary>
    public ImmutableArray<string> Targets { get; init; } = [];
}

/// <summary>Whom a rule is about; all that is named must fit, and what is empty fits everybody.</summary>
public sealed record AlertScope
{
    /// <summary>The machine in place of containers; then nothing else may be named.</summary>
    public bool Machine { get; init; }

    /// <summary>Names or ids; a name with <c>*</c> stands for all that fit it.</summary>
    public ImmutableArray<string> Containers { get; init; } = [];

    /// <summary>Of these stacks.</summary>
    public ImmutableArray<string> Stacks { get; init; } = [];

    /// <summary><c>key</c> or <c>key=value</c>.</summary>
    public ImmutableArray<string> Labels { get; init; } = [];
}

public enum AlertSide
{
    Above,
    Below,
}

/// <summary>A number that is measured every second.</summary>
/// <param name="Metric">A column of the live hub (docs/architecture.md).</param>
/// <param name="Threshold">In the metric's own unit: cores, bytes, bytes per second, percent for pressure, 0..1 for throttledRatio; with <paramref name="OfLimit"/> percent.</param>
/// <param name="OfLimit">Measured against what the container may use, or else what the machine has: for cpuCores, memory, workingSet, pids, and the machine's memory, swap and disk.</param>
public sealed record MetricCondition(string Metric, AlertSide Side, double Threshold, bool OfLimit = false);

public enum AlertEvent
{
    /// <summary>The kernel killed one of its processes because it had no memory left.</summary>
    Oom,
    /// <summary>Its program ended with another code than 0, and nobody had asked it to stop.</summary>
    Failed,
    /// <summary>Brig started it again by its restart policy.</summary>
    Restarted,
    /// <summary>Its health check says so; it lasts until the check says otherwise, so count and within are not looked at.</summary>
    Unhealthy,
}

/// <summary>Something that happens to a container, so many times.</summary>
public sealed record EventCondition(AlertEvent What, int Count = 1)
{
    /// <summary>The time in which it must happen so often.</summary>
    public TimeSpan Within { get; init; } = TimeSpan.FromMinutes(5);
}

/// <summary>Lines of its output.</summary>
/// <param name="Pattern">Text that a line contains, whatever its case; or a regular expression (of .NET, without back references and look-arounds, so that none runs for ever).</param>
/// <param name="Output">Null: both.</param>
public sealed record LogCondition(string Pattern, bool Regex = false, OutputStream? Output = null, int Count = 1)
{
    /// <summary>The time in which there must be so many.</summary>
    public TimeSpan Within { get; init; } = TimeSpan.FromMinutes(5);
}
