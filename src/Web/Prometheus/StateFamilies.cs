using Brig.Engine.Containers;
using Brig.Engine.Health;
using static Brig.Web.Prometheus.FamilyType;

namespace Brig.Web.Prometheus;

/// <summary>What Brig knows of every container, those that do not run too: what an alert asks that no cgroup tells.</summary>
internal static class StateFamilies
{
    public static void Write(Exposition to, IReadOnlyList<Scraped> all)
    {
        to.Family("brig_container_state", Gauge, "1 for the state it is in.");
        foreach (var one in all)
        {
            to.Sample(1, one.Labels, Labels.Of(("state", Word(one.Container.State.Status))));
        }
        to.Family("brig_container_restarts_total", Counter, "Restarts by its restart policy since it was last started by hand.");
        foreach (var one in all)
        {
            to.Sample(one.Container.State.RestartCount, one.Labels);
        }
        to.Family("brig_container_last_exit_code", Gauge, "How it last ended: 128 and the signal where one ended it.");
        foreach (var one in all)
        {
            if (one.Container.State.Exit is { } exit)
            {
                to.Sample(exit.Code, one.Labels);
            }
        }
        to.Family("brig_container_last_exit_oom_killed", Gauge, "1: the out-of-memory killer struck in its last run.");
        foreach (var one in all)
        {
            if (one.Container.State.Exit is { } exit)
            {
                to.Sample(exit.OomKilled ? 1 : 0, one.Labels);
            }
        }
        to.Family("brig_container_healthy", Gauge, "What its health check says, of those that have one and run: 1 healthy, 0 not, or not yet.");
        foreach (var one in all)
        {
            if (one.Container.State.Health is { } health)
            {
                to.Sample(health.Status == HealthStatus.Healthy ? 1 : 0, one.Labels);
            }
        }
        to.Family("brig_containers", Gauge, "Containers in each state; pods' sandboxes are not counted.");
        foreach (var status in Enum.GetValues<ContainerStatus>())
        {
            to.Sample(all.Count(one => one.Container.State.Status == status && one.Container.Spec.Sandbox is null), Labels.Of(("state", Word(status))));
        }
    }

    private static string Word(ContainerStatus status) => status switch
    {
        ContainerStatus.Created => "created",
        ContainerStatus.Running => "running",
        ContainerStatus.Paused => "paused",
        ContainerStatus.Restarting => "restarting",
        ContainerStatus.Exited => "exited",
        _ => "removing",
    };
}
