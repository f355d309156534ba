using Brig.Engine.Health;

namespace Brig.Engine.Containers.Probes;

/// <summary>Whether a container is what somebody waits for.</summary>
internal static class Conditions
{
    /// <param name="comesAgain">A policy starts it anew after this end.</param>
    /// <returns>False: not yet.</returns>
    /// <exception cref="EngineException">Conflict: it will not be.</exception>
    public static bool Holds(WaitCondition condition, Container container, bool comesAgain)
    {
        var (name, state) = (container.Name, container.State);
        switch (state.Status)
        {
            case ContainerStatus.Created or ContainerStatus.Exited when state.Error is { } error && !comesAgain:
                throw EngineException.Conflict($"Container {name} could not be started: {error}");
            case ContainerStatus.Created or ContainerStatus.Removing:
                return false;
            case ContainerStatus.Exited or ContainerStatus.Restarting:
                return condition switch
                {
                    WaitCondition.Started => true,
                    WaitCondition.CompletedSuccessfully when state.Exit is { Code: 0 } => true,
                    WaitCondition.CompletedSuccessfully when !comesAgain => throw EngineException.Conflict($"Container {name} ended with code {state.Exit?.Code}, not with 0."),
                    WaitCondition.Healthy when !comesAgain => throw EngineException.Conflict($"Container {name} ended with code {state.Exit?.Code} before it was healthy."),
                    _ => false,
                };
            default:
                return condition switch
                {
                    WaitCondition.Started => true,
                    WaitCondition.Healthy when state.Health is { Status: HealthStatus.Unhealthy } =>
                        throw EngineException.Conflict($"Container {name} is unhealthy: its check failed {state.Health.FailingStreak} times in a row."),
                    WaitCondition.Healthy => state.Health is { Status: HealthStatus.Healthy },
                    _ => false,
                };
        }
    }
}
