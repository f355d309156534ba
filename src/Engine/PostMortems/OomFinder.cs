using System.Collections.Immutable;
using Brig.Engine.Containers;
using Brig.Engine.Ids;
using Brig.Engine.PostMortems.Kernel;

namespace Brig.Engine.PostMortems;

/// <summary>What the kernel told of a kill in one container.</summary>
/// <param name="OfMain">It was the container's own first program.</param>
internal sealed record OomFinding(OomReport? Report, OomDeath? Death, ImmutableArray<ProcessAtDeath> Processes, bool OfMain)
{
    public static readonly OomFinding None = new(null, null, [], false);
}

/// <summary>Finds the report of the kernel that belongs to a death.</summary>
internal sealed class OomFinder(KernelBook kernel, EnginePaths paths, TimeProvider time)
{
    private const int MostProcesses = 50;

    /// <summary>The kernel's log runs by a clock that is near to the monotonic one, but not it.</summary>
    private static readonly TimeSpan Slack = TimeSpan.FromSeconds(2);

    public OomFinding Find(Death death)
    {
        if (!death.Lives && death.End.Exit is not { OomKilled: true })
        {
            return OomFinding.None;
        }
        var reports = Of(death.Container, SinceOf(death.End));
        var report = reports.LastOrDefault(one => death.Lives ? one.Victim.Pid != death.End.Pid : one.Victim.Pid == death.End.Pid) ?? (death.Lives ? null : reports.LastOrDefault());
        bool main = !death.Lives && (report is null ? death.Signal == Signals.SIGKILL : report.Victim.Pid == death.End.Pid || (death.Container.Spec.Init && death.Signal == Signals.SIGKILL));
        return new(report, new(report is null ? null : Victim(report, death, main), LimitOf(report, death.Container)) { Kills = death.Cgroup?.OomKills ?? 0 }, Processes(report, death), main);
    }

    /// <summary>Kills in this container since then, oldest first.</summary>
    /// <param name="since">Microseconds since the machine started.</param>
    public ImmutableArray<OomReport> Of(Container container, long since) => kernel.Reports(report => report.Microseconds >= since && Belongs(report, container));

    /// <summary>The begin of a run by the kernel's clock, a little early.</summary>
    public long SinceOf(RunEnd end) => end.StartedAt is { } start ? Microseconds(start - Slack) : 0;

    public long Microseconds(DateTimeOffset at) => (long)(Uptime() - (time.GetUtcNow() - at)).TotalMicroseconds;

    public DateTimeOffset TimeOf(OomReport report) => time.GetUtcNow() - (Uptime() - TimeSpan.FromMicroseconds(report.Microseconds));

    public DateTimeOffset MachineStartedAt() => time.GetUtcNow() - Uptime();

    /// <summary>Timestamps are CLOCK_MONOTONIC.</summary>
    private TimeSpan Uptime() => TimeSpan.FromSeconds(time.GetTimestamp() / (double)time.TimestampFrequency);

    /// <summary>By its cgroup; where the kernel told only the kill, by its user, if that is the container's alone.</summary>
    private bool Belongs(OomReport report, Container container)
    {
        if (report.CgroupOf is { } cgroup)
        {
            // From the first place on that is ours: below it a container may make cgroups with any names.
            int ours = cgroup.IndexOf($"/{paths.Instance}/", StringComparison.Ordinal);
            return ours >= 0 && IsAtOrBelow(cgroup[(ours + 1)..], paths.Processes(container));
        }
        return container.Ids is { } ids && report.Victim.UserId >= ids.First && report.Victim.UserId - ids.First < UserIds.Size;
    }

    private static bool IsAtOrBelow(string path, string folder) => path.StartsWith(folder, StringComparison.Ordinal) && (path.Length == folder.Length || path[folder.Length] == '/');

    private string? LimitOf(OomReport? report, Container container) => report switch
    {
        null or { Constraint: null } => null,
        { LimitOf: null } => "machine",
        { LimitOf: { } path } when path.EndsWith($"/{paths.Cgroup(container)}", StringComparison.Ordinal) => "container",
        { LimitOf: { } path } when container.Spec.Pod is { } pod && path.EndsWith($"/{paths.Instance}/{pod}", StringComparison.Ordinal) => "pod",
        { LimitOf: { } path } => path,
    };

    private static ProcessAtDeath Victim(OomReport report, Death death, bool main)
    {
        var victim = report.Victim;
        bool isFirst = victim.Pid == death.End.Pid && death.Container.Spec is { Namespaces.Pid.Source: NamespaceSource.New, Pod: null };
        return new(SafeName.OfKernel(victim.Name), victim.Pid, isFirst ? 1 : InnerPids.TryFind(victim.Pid, death.Container), victim.ResidentBytes, User(victim.UserId, death.Container.Ids), victim.ScoreAdjustment)
        {
            AnonymousBytes = victim.AnonymousBytes, FileBytes = victim.FileBytes, SharedBytes = victim.SharedBytes,
        };
    }

    private static ImmutableArray<ProcessAtDeath> Processes(OomReport? report, Death death) => report is null ? [] :
    [
        .. report.Processes.OrderByDescending(process => process.ResidentBytes).Take(MostProcesses).Select(process => new ProcessAtDeath(
            SafeName.OfKernel(process.Name), process.Pid, null, process.ResidentBytes, User(process.UserId, death.Container.Ids), process.ScoreAdjustment)),
    ];

    private static uint User(uint user, UserIds? ids) => ids is { } range && user >= range.First && user - range.First < UserIds.Size ? user - range.First : user;
}
