using Brig.Engine.Containers;
using Brig.Engine.Health;
using Brig.Engine.Metrics;
using static Brig.Web.Resources.Text;

namespace Brig.Web.Components.Parts;

/// <summary>One thing worth knowing about how a container does.</summary>
/// <param name="Look">A style class of state: bad, warn, or empty.</param>
public readonly record struct Finding(string Look, string Icon, string Sentence)
{
    private const double Full = 0.9;
    private const double Throttled = 0.2;

    /// <summary>Whether it is well, worst first; empty where its post-mortem, which is told above, says it all.</summary>
    public static IReadOnlyList<Finding> Of(Container c, ContainerSample? sample)
    {
        var all = new List<Finding>();
        if (c.State is { PostMortem: null, Exit: { } exit, Status: not (ContainerStatus.Running or ContainerStatus.Paused) })
            all.Add(new(exit.Code == 0 ? "" : "bad", exit.Code == 0 ? "info" : "failed", ExitWords.Meaning(exit) ?? ExitWords.Of(exit)));
        else if (c.State is { PostMortem: null, Exit.OomKilled: true })
            all.Add(new("bad", "oom", T("finding.lastOom")));
        if (c.State.Health is { Status: HealthStatus.Unhealthy } health)
            all.Add(new("warn", "unhealthy", T("finding.unhealthy", health.FailingStreak)));
        if (c.State.RestartCount > 2)
            all.Add(new("warn", "restarting", T("finding.restarts", c.State.RestartCount)));
        if (sample is not null && c.State.Status == ContainerStatus.Running)
            AddUsage(all, sample);
        if (c.State.Status == ContainerStatus.Paused)
            all.Add(new("", "paused", T("finding.paused")));
        if (c.Spec.Privileged)
            all.Add(new("warn", "shield", T("finding.privileged")));
        if (all.Count == 0 && c.State.Health is { Status: HealthStatus.Starting })
            all.Add(new("", "starting", T("finding.starting")));
        if (all.Count == 0 && (c.State.PostMortem is null || c.State.Status == ContainerStatus.Running))
            all.Add(c.State.Status == ContainerStatus.Running ? new("good", "done", T("finding.well")) : new("", "info", T("finding.notRunning")));
        return all;
    }

    private static void AddUsage(List<Finding> all, ContainerSample s)
    {
        if (s.OomKills > 0)
            all.Add(new("bad", "oom", Count("finding.oomKills", s.OomKills)));
        if (s.MemoryLimit is { } limit && s.WorkingSet > limit * Full)
            all.Add(new("warn", "warning", T("finding.memoryFull", Format.Bytes(s.WorkingSet), Format.Bytes(limit))));
        if (s.ThrottledRatio > Throttled)
            all.Add(new("warn", "warning", T("finding.throttled", Math.Round(s.ThrottledRatio * 100))));
        if (s.PidsLimit is { } pids && s.Pids > pids * Full)
            all.Add(new("warn", "warning", T("finding.pidsFull", s.Pids, pids)));
    }
}
