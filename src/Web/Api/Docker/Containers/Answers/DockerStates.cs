using System.Globalization;
using Brig.Engine.Containers;
using Brig.Engine.Health;

namespace Brig.Web.Api.Docker;

/// <summary>How a container is, in Docker's words.</summary>
internal static class DockerStates
{
    public static string Word(ContainerStatus status) => status.ToString().ToLowerInvariant();

    public static string Word(HealthStatus status) => status.ToString().ToLowerInvariant();

    public static DockerState Write(Container container, HealthReport health)
    {
        var state = container.State;
        return new()
        {
            Status = Word(state.Status),
            Running = state.Status is ContainerStatus.Running or ContainerStatus.Paused or ContainerStatus.Restarting,
            Paused = state.Status == ContainerStatus.Paused,
            Restarting = state.Status == ContainerStatus.Restarting,
            OomKilled = state.Exit?.OomKilled == true && state.Status is not (ContainerStatus.Running or ContainerStatus.Paused),
            Pid = state.Pid,
            ExitCode = ExitCode(state),
            Error = state.Error ?? "",
            StartedAt = DockerTime.Text(state.StartedAt),
            FinishedAt = DockerTime.Text(state.FinishedAt),
            Health = health.Check is null || state.StartedAt is null ? null : new(health.State is { } now ? Word(now.Status) : "starting", health.State?.FailingStreak ?? 0, [.. health.Results.Select(Probe)]),
        };
    }

    /// <summary>As <c>Up 5 minutes (healthy)</c>.</summary>
    public static string Sentence(Container container, DateTimeOffset now)
    {
        var state = container.State;
        switch (state.Status)
        {
            case ContainerStatus.Running:
                string health = state.Health?.Status switch
                {
                    HealthStatus.Starting => " (health: starting)",
                    HealthStatus.Healthy => " (healthy)",
                    HealthStatus.Unhealthy => " (unhealthy)",
                    _ => "",
                };
                return $"Up {Since(state.StartedAt)}{health}";
            case ContainerStatus.Paused:
                return $"Up {Since(state.StartedAt)} (Paused)";
            case ContainerStatus.Restarting:
                return string.Create(CultureInfo.InvariantCulture, $"Restarting ({ExitCode(state)}) {Since(state.FinishedAt)} ago");
            case ContainerStatus.Exited:
                return string.Create(CultureInfo.InvariantCulture, $"Exited ({ExitCode(state)}) {Since(state.FinishedAt)} ago");
            case ContainerStatus.Removing:
                return "Removal In Progress";
            default:
                return "Created";
        }

        string Since(DateTimeOffset? then) => DockerSpans.Text(now - (then ?? now));
    }

    /// <summary>Of a start that came to nothing as a shell would tell it. What ended has its own, whatever else is told of it: that its log could not be written, that its shim was killed.</summary>
    private static int ExitCode(ContainerState state) =>
        state.Status is ContainerStatus.Running or ContainerStatus.Paused ? 0
        : state.Error is { } error && (state.Exit is null || StartErrors.IsOne(error)) ? StartErrors.ExitCode(error)
        : state.Exit?.Code ?? 0;

    private static DockerProbe Probe(ProbeResult result) => new(DockerTime.Text(result.StartedAt), DockerTime.Text(result.EndedAt), result.ExitCode ?? -1, result.Output);
}
