namespace Brig.Engine;

/// <summary>Whether the engine can work yet: it adopts shims, reads exits and applies restart policies first.</summary>
public interface IEngineStatus
{
    /// <summary>What it does before it can work, as <c>adopting 12 containers</c>; null: it is ready.</summary>
    string? WaitingFor { get; }

    /// <summary>Ends when it is ready; fails with the <see cref="EngineException"/> that keeps it from ever being so.</summary>
    Task Ready { get; }
}
