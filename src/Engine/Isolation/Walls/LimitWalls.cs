using System.Collections.Immutable;
using System.Globalization;
using Brig.Engine.Containers;
using Brig.Linux.Proc;

namespace Brig.Engine.Isolation;

/// <summary>What it may use: processes, memory, processors, rlimits, and whom the kernel kills first.</summary>
internal static class LimitWalls
{
    public static WallReport Pids(Evidence found) => Limit(found, "pids", ["pids.max"], ["pids.current"], found.Spec.Limits.Pids, LimitPlans.DefaultPids);

    public static WallReport Memory(Evidence found) => Limit(found, "memory", ["memory.max", "memory.limit_in_bytes"], ["memory.current", "memory.usage_in_bytes"], found.Spec.Limits.Memory, null);

    public static WallReport Cpu(Evidence found)
    {
        var file = found.CgroupFile("cpu.max", "cpu.cfs_quota_us");
        bool limited = found.Running ? file is { } held && !held.Value.StartsWith("max", StringComparison.Ordinal) && held.Value != "-1" : found.Spec.Limits.Cpus is not null;
        return new("cpu", found.Running && file is null ? WallState.Unavailable : limited ? WallState.Up : WallState.Down, [],
            file is { } one ? [new(one.Name, found.Inside?.Text("/sys/fs/cgroup/" + one.Name)?.TrimEnd('\n'), one.Value)] : [],
            limited ? WallDifference.None with { Strength = WallStrength.Stronger } : WallDifference.None, found.Steps(step => Writes(step, "/cpu.")));
    }

    public static WallReport Rlimits(Evidence found)
    {
        var outside = found.Running ? LimitsText.Parse(ProcFile.Read(found.Pid, "limits") ?? "") : [];
        var inside = LimitsText.Parse(found.OwnInside("limits") ?? "").ToDictionary(limit => limit.Name, limit => limit.Value);
        return new("rlimits", WallState.Up, [], [.. outside.Select(limit => new WallFact(limit.Name, inside.GetValueOrDefault(limit.Name), limit.Value))],
            found.Spec.Rlimits.IsEmpty ? WallDifference.None : new(WallStrength.Different, [.. found.Spec.Rlimits.Select(asked => $"{asked.Name}={Word(asked.Soft)}:{Word(asked.Hard)}")], []),
            found.Steps(step => step.Call == "prlimit64"));
    }

    /// <summary>Below 0 it would be spared at the cost of everybody else.</summary>
    public static WallReport OomScore(Evidence found)
    {
        string? own = found.Running ? ProcFile.Read(found.Pid, "oom_score_adj") : found.Spec.OomScoreAdj?.ToString(CultureInfo.InvariantCulture);
        int score = int.TryParse(own, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out int read) ? read : 0;
        return new("oomScore", score < 0 ? WallState.Down : WallState.Up, [],
            own is null ? [] : [new("oom_score_adj", found.OwnInside("oom_score_adj")?.TrimEnd('\n'), own)],
            found.Spec.OomScoreAdj switch { null => WallDifference.None, < 0 => WallDifference.None with { Strength = WallStrength.Weaker }, > 0 => WallDifference.None with { Strength = WallStrength.Stronger }, _ => WallDifference.None },
            found.Steps(step => Writes(step, "oom_score_adj")));
    }

    private static WallReport Limit(Evidence found, string key, string[] limits, string[] uses, long? asked, long? usual)
    {
        var file = found.CgroupFile(limits);
        long? held = !found.Running ? asked : file is { } read && long.TryParse(read.Value, NumberStyles.None, CultureInfo.InvariantCulture, out long value) && value < 1L << 62 ? value : null;
        var facts = new List<WallFact>();
        foreach (var one in new[] { file, found.CgroupFile(uses) })
        {
            if (one is { } fact)
            {
                facts.Add(new(fact.Name, found.Inside?.Text("/sys/fs/cgroup/" + fact.Name)?.TrimEnd('\n'), fact.Value));
            }
        }
        var strength = (held, usual) switch
        {
            (null, null) => WallStrength.Default,
            (null, _) => WallStrength.Weaker,
            (_, null) => WallStrength.Stronger,
            var (have, normal) => have == normal ? WallStrength.Default : have < normal ? WallStrength.Stronger : WallStrength.Weaker,
        };
        return new(key, found.Running && file is null ? WallState.Unavailable : held is null ? WallState.Down : WallState.Up, [], [.. facts],
            WallDifference.None with { Strength = strength }, found.Steps(step => Writes(step, $"/{key}.")));
    }

    private static bool Writes(BirthStep step, string file) => step.Call == "write" && step.Arguments.Contains(file, StringComparison.Ordinal);

    private static string Word(ulong limit) => limit == ulong.MaxValue ? "unlimited" : limit.ToString(CultureInfo.InvariantCulture);
}
