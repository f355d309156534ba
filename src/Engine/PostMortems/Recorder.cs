using System.Collections.Concurrent;
using System.Security.Cryptography;
using Brig.Engine.Build;
using Brig.Engine.Containers;
using Brig.Engine.Containers.Probes;
using Brig.Linux;
using Brig.Linux.Cgroups;
using Microsoft.Extensions.Logging;

namespace Brig.Engine.PostMortems;

/// <summary>At each end: whether it was a bad one, and then what would be gone a moment later. A container that ends well costs a comparison.</summary>
internal sealed partial class Recorder(Prober prober, CgroupHost cgroups, EnginePaths paths, Streaks streaks, TimeProvider time, ILogger<Recorder> log) : IEndWatcher
{
    /// <summary>Of the running: the post-mortem of a process of theirs that was killed for memory.</summary>
    private readonly ConcurrentDictionary<ContainerId, string> _ofProcesses = new();

    public string? Ended(ContainerEntry entry, RunEnd end)
    {
        try
        {
            _ofProcesses.TryRemove(entry.Id, out string? told);
            if (entry.Now.Spec.Labels.ContainsKey(RunStep.Label) || Endings.IsGood(end, entry.Asked))
            {
                return null;
            }
            if (end.Exit is { Code: 0, OomKilled: true } && told is not null)
            {
                return told;   // that one is the whole story: it ended well afterwards
            }
            var death = new Death(NewId(), entry.Now, end, entry.Asked, Counters(entry.Now), prober.Results(entry.Now), entry.Now.State.RestartCount);
            return streaks.Add(death, end.StartedAt is { } start ? end.FinishedAt - start : TimeSpan.Zero);
        }
        catch (Exception e)
        {
            NotTaken(e, entry.Now.Name);
            return null;
        }
    }

    public string? NotStarted(ContainerEntry entry, string why, int restarts)
    {
        if (entry.Now.Spec.Labels.ContainsKey(RunStep.Label))
        {
            return null;
        }
        var now = time.GetUtcNow();
        return streaks.Add(new Death(NewId(), entry.Now, new(0, null, now, null, Seen: true), null, null, [], restarts, why), TimeSpan.Zero);
    }

    public Task SettledAsync(ContainerId id) => streaks.SettledAsync(id, forget: true);

    /// <summary>A process of it was killed, and it lives on. Under its lock.</summary>
    /// <returns>The post-mortem's id.</returns>
    public string ProcessKilled(ContainerEntry entry)
    {
        var now = entry.Now;
        var death = new Death(NewId(), now, new(entry.Run?.Pid ?? 0, now.State.StartedAt, time.GetUtcNow(), null, Seen: true), null, Counters(now), [], now.State.RestartCount, Lives: true);
        return _ofProcesses[entry.Id] = streaks.Add(death, TimeSpan.Zero);
    }

    private CgroupSample? Counters(Container container)
    {
        using var reader = cgroups.Open(paths.Cgroup(container)).OpenReader();
        var sample = default(CgroupSample);
        return reader.TryRead(ref sample) ? sample : null;
    }

    private static string NewId() => Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(8));

    [LoggerMessage(Level = LogLevel.Error, Message = "Why container {Name} ended could not be taken down")]
    private partial void NotTaken(Exception e, string name);
}
