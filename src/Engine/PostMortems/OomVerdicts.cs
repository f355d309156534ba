using System.Collections.Immutable;
using Brig.Engine.Containers;

namespace Brig.Engine.PostMortems;

/// <summary>Out of memory: who took how much, whose limit it was, and what helps. How much would have been enough nobody knows: it was stopped on the way.</summary>
internal static class OomVerdicts
{
    public static Verdict Of(Facts facts)
    {
        bool lives = facts.Death.Lives;
        var victim = facts.Oom.Death?.Victim;
        string who = victim is null ? lives ? "one of its processes" : "it" : lives ? $"its process `{victim.Name}`" : $"`{victim.Name}`";
        string sentence = (lives, facts.Oom.OfMain) switch
        {
            (true, _) => $"The kernel killed {who} for memory{Took(victim)}; its first process lives on. {Limit(facts)}",
            (false, true) => victim is null ? $"Killed by the kernel for memory. {Limit(facts)}" : $"Killed by the kernel: {who} took {Amount.Of(victim.OwnBytes ?? 0)}. {Limit(facts)}",
            _ => $"The kernel killed {who} for memory{Took(victim)}, and the container ended with it. {Limit(facts)}",
        };
        return new(
            lives ? EndKind.ProcessOutOfMemory : EndKind.OutOfMemory, EndedBy.OutOfMemoryKiller, sentence, facts.Exit is { } exit ? ExitMeanings.Of(exit, facts.Death.Signal) : null, [.. Hints(facts, victim)]);
    }

    /// <summary>Its first process took no notice: with code 0 there is no other reason for a post-mortem.</summary>
    public static Verdict EndedWell(Facts facts, ExitStatus exit, string after)
    {
        var victim = facts.Oom.Death?.Victim;
        string who = victim is null ? "one of its processes" : $"its process `{victim.Name}`";
        return new(
            EndKind.ProcessOutOfMemory, EndedBy.Itself, $"It ended well{after}, with code 0, but before that the kernel had killed {who} for memory{Took(victim)}. {Limit(facts)}", ExitMeanings.Of(exit, 0),
            [.. Hints(facts, victim)]);
    }

    private static string Took(ProcessAtDeath? victim) => victim?.OwnBytes is { } bytes ? $", which had {Amount.Of(bytes)}" : "";

    private static string Limit(Facts facts)
    {
        string? limit = facts.Memory?.Limit is { } bytes ? Amount.Of(bytes) : null;
        return facts.Oom.Death?.LimitOf switch
        {
            "machine" => "The machine itself had no memory left; no limit of this container was reached.",
            "pod" => limit is null ? "The limit of its pod was reached." : $"The limit of its whole pod is {limit}.",
            "container" or null => limit is null ? "Its memory limit was reached." : $"The limit is {limit}.",
            var path => $"The limit of the cgroup {Text.Short(path)}, in which it is, was reached{(limit is null ? "" : $": {limit}")}.",
        };
    }

    private static IEnumerable<string> Hints(Facts facts, ProcessAtDeath? victim)
    {
        var memory = facts.Memory;
        string? place = facts.Oom.Death?.LimitOf;
        if (place == "machine")
        {
            yield return "Give the machine more memory, or limit what takes the most of it: what has no limit can take everything from all others.";
        }
        else if (memory?.Limit is { } limit)
        {
            yield return $"Raise the memory limit{(place == "pod" ? " of the pod" : "")} above {Amount.Of(limit)}, or make it need less. How much it would have needed is not known, for it was stopped there; {Amount.Of(Amount.More(limit))} is a first try.";
        }
        if (memory is { Shared: { } shared, Usage: { } used } && shared > used / 4)
        {
            yield return $"{Amount.Of(shared)} of it were files in memory (tmpfs, /dev/shm): they count as memory until they are deleted.";
        }
        if (victim is { OwnBytes: { } own } && memory?.Usage is { } all && own < all / 2)
        {
            yield return $"It was not alone: all its processes and files together had {Amount.Of(all)}, and the kernel took the process that was biggest{(victim.ScoreAdjustment is null or 0 ? "" : " for its score")}.";
        }
        if (Growth(facts.Minute) is { } growth)
        {
            yield return growth;
        }
        if (facts.Death.Lives)
        {
            yield return "Its parent may not have noticed: see that it starts such a process anew, or ends with it, so that a restart policy can act.";
        }
    }

    /// <summary>Told where it is plain: half as much again, over ten samples at least.</summary>
    private static string? Growth(LastMinute? minute)
    {
        if (minute is null || minute.Times.Length < 10 || minute.Series["workingSet"] is not [{ } first, .., { } last] || last < first * 1.5 || last - first < 1 << 20)
        {
            return null;
        }
        return $"It grew from {Amount.Of((long)first)} to {Amount.Of((long)last)} in its last {Amount.Of(minute.Times[^1] - minute.Times[0])}: perhaps a leak, perhaps work that came in then.";
    }
}
