namespace Brig.Engine;

/// <summary>Whether the engine can work yet: it adopts shims, reads exits and applies restart policies first.</summary>
public interface IEngineStatus
{
    /// <summary>What it does before it can work, as <c>adopting 12 containers</c>; null: it is ready.</summary>
    string? WaitingFor { get; }

    /// <summary>Ends when it is ready; fails with the <see cref="EngineException"/> that keeps it from ever being so.</summary>
    Task Ready { get; }

    /// <summary>Why no metrics history is kept for now, for people; null: it is.</summary>
    string? HistoryStopped => null;

    /// <summary>Why new containers have the host's users instead of their own, for people; null: they have their own.</summary>
    string? NoUsersOfTheirOwn => null;

    /// <summary>What the machine can hold containers to; all of it where nobody looked.</summary>
    MachineAbilities Abilities => new();
}

/// <summary>What of a container's limits this machine's cgroups can keep.</summary>
public sealed record MachineAbilities
{
    /// <summary>2, or 1 where any controller is mounted in the old way.</summary>
    public int CgroupVersion { get; init; } = 2;
    public bool Memory { get; init; } = true;
    public bool Swap { get; init; } = true;
    public bool Cpus { get; init; } = true;
    public bool CpuWeight { get; init; } = true;
    public bool Cpuset { get; init; } = true;
    public bool Pids { get; init; } = true;
}
