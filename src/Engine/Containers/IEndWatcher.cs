using Brig.Engine.Health;

namespace Brig.Engine.Containers;

/// <summary>Is told of every end, and keeps what is to be known of the bad ones.</summary>
internal interface IEndWatcher
{
    /// <summary>Under the container's lock, while its state is still that of the run and its cgroup is still there. Quick, and never throws.</summary>
    /// <returns>The id of the post-mortem that is being made; null: it ended well.</returns>
    string? Ended(ContainerEntry entry, RunEnd end);

    /// <summary>Under the container's lock.</summary>
    /// <param name="why">The sentence that was answered.</param>
    /// <returns>The id of the post-mortem that is being made.</returns>
    string? NotStarted(ContainerEntry entry, string why, int restarts);

    /// <summary>Completes when nothing of its files is needed any more. It is being removed.</summary>
    Task SettledAsync(ContainerId id);
}

/// <summary>The end of a run.</summary>
/// <param name="Pid">Of PID 1 as the host saw it; 0: not known.</param>
/// <param name="Exit">Null: nobody was left to tell it.</param>
/// <param name="Seen">An engine was there; else it is told after the fact.</param>
internal sealed record RunEnd(int Pid, DateTimeOffset? StartedAt, DateTimeOffset FinishedAt, ExitStatus? Exit, bool Seen);

internal enum EndAsk { Stop, Kill, Remove, Unhealthy }

/// <summary>Who wanted this run to end, and how.</summary>
/// <param name="Signal">What was sent first.</param>
/// <param name="Forced">It did not end by that, and was killed.</param>
/// <param name="Health">How its check was at that moment.</param>
/// <param name="StartsAgain">By a restart: also what removes itself at its end stays.</param>
internal sealed record AskedEnd(EndAsk Ask, int Signal, DateTimeOffset At, TimeSpan Grace, bool Forced = false, HealthState? Health = null, bool StartsAgain = false);
