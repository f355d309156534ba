using System.Collections.Immutable;
using Brig.Engine.Containers;
using Brig.Engine.Events;
using Brig.Engine.Metrics;
using Brig.Engine.PostMortems.Kernel;
using Brig.Engine.Stacks.Plans;

namespace Brig.Engine.PostMortems;

/// <summary>Makes the whole of a death: from what was taken at the moment, the log, the samplers' ring, the events and the kernel's messages.</summary>
internal sealed class Gatherer(ContainerTable containers, OomFinder oom, LastLines lines, Sampler sampler, EventLog events, KernelBook kernel)
{
    private const int MostEvents = 15, MostKernelLines = 60;
    private static readonly TimeSpan OwnAge = TimeSpan.FromDays(7), OthersAge = TimeSpan.FromDays(1);

    public async Task<PostMortem> GatherAsync(Death death, EndStreak? streak)
    {
        var (container, end) = (death.Container, death.End);
        var finding = death.NotStarted is null ? oom.Find(death) : OomFinding.None;
        var minute = LastMinutes.Of(sampler, container.Id, end);
        var memory = Memories.Of(death, finding.Report, minute);
        var crash = death.Signal is 4 or 5 or 7 or 8 or 11 && end.Pid > 0 ? kernel.Crashes(end.Pid, oom.SinceOf(end)) : [];
        var said = lines.Read(container.Id, end, Next(death));
        var facts = new Facts(death, finding, memory, minute, said, crash, WentDown(end));
        var verdict = Verdicts.Of(facts);
        return new()
        {
            Id = death.Id, Container = container.Id, Name = container.Name, Image = container.Spec.Image, ImageDigest = container.ImageDigest,
            Stack = container.Spec.Labels.GetValueOrDefault(Labels.Project), CommandLine = container.CommandLine, Privileged = container.Spec.Privileged,
            Kind = verdict.Kind, By = verdict.By, At = end.FinishedAt, StartedAt = death.NotStarted is null ? end.StartedAt : null,
            Exit = end.Exit, ExitMeaning = verdict.Meaning, Verdict = verdict.Sentence, Hints = verdict.Hints,
            Oom = finding.Death, Memory = memory, Processes = finding.Processes,
            KernelLines = [.. (finding.Report?.Lines ?? []).Concat(crash).Take(MostKernelLines)],
            Metrics = minute, Lines = said, Probes = death.Probes, Before = await BeforeAsync(death),
            Limits = container.Spec.Limits, CoreLimit = Rlimits.Core(container.Spec.Rlimits), Restart = container.Spec.Restart, Restarts = death.Restarts, Streak = streak,
            Unknown = Unknowns(facts),
        };
    }

    /// <summary>When the run that came after it began: what is said from then on is that one's.</summary>
    private DateTimeOffset? Next(Death death) =>
        containers.TryGet(death.Container.Id, out var entry) && entry.Now.State.StartedAt is { } start && start > death.End.FinishedAt ? start : null;

    private bool WentDown(RunEnd end) => end.Exit is null && !end.Seen && end.StartedAt is { } start && start < oom.MachineStartedAt();

    private async Task<ImmutableArray<EngineEvent>> BeforeAsync(Death death)
    {
        var (container, at) = (death.Container, death.End.FinishedAt);
        string? stack = container.Spec.Labels.GetValueOrDefault(Labels.Project);
        var all = await events.ListAsync(since: at - OwnAge, until: at + TimeSpan.FromSeconds(1), limit: int.MaxValue);
        // That it began may be told a moment after a program of an instant ended.
        long began = death.End.StartedAt is { } start ? all.FirstOrDefault(e => e.Subject == container.Id.Value && e.Action is "start" or "restart" && e.At >= start)?.Sequence ?? 0 : 0;
        return [.. all.Where(IsBefore).Reverse().Take(MostEvents)];

        bool IsBefore(EngineEvent e) => e.Kind switch
        {
            "exec" => e.Action == "start" && e.Attributes.GetValueOrDefault("container") == container.Id.Value,
            "image" => e.Name == container.Spec.Image && e.At >= at - OthersAge,
            "stack" => stack is not null && e.Name == stack && e.At >= at - OthersAge,
            _ => e.Subject == container.Id.Value && e.Action is not ("oom" or "oom-kill") && (e.At < at || e.Sequence == began || e.Action is "kill" or "stop" or "health_status"),
        };
    }

    private ImmutableArray<string> Unknowns(Facts facts)
    {
        var all = ImmutableArray.CreateBuilder<string>();
        var (death, finding) = (facts.Death, facts.Oom);
        if (!death.End.Seen)
        {
            all.Add("No engine was running when it ended: told afterwards, from the file its shim left, its log and the kernel's messages.");
        }
        if (facts.IsOom && finding.Death?.Victim is null)
        {
            all.Add(kernel.Trouble is { } trouble ? $"Which process was killed is not known: {trouble}." : "Which process was killed is not known: the kernel's messages no longer hold it, or it told only that one was.");
        }
        if (death.NotStarted is null && facts.Minute is null)
        {
            all.Add(death.End.Seen ? "It ended before it was sampled, so there are no numbers of its last minute." : "What it used in its last minute was not sampled.");
        }
        if (facts.Memory is { Limit: null } && facts.IsOom && finding.Death?.LimitOf is null)
        {
            all.Add("Whose memory limit was reached is not known.");
        }
        return all.ToImmutable();
    }
}
