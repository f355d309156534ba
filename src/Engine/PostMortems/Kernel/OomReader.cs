using System.Collections.Immutable;
using System.Globalization;
using System.Text.RegularExpressions;
using Brig.Linux.KernelLog;

namespace Brig.Engine.PostMortems.Kernel;

/// <summary>
/// Puts the reports together from the kernel's lines (mm/oom_kill.c, mm/memcontrol.c of 5.10 to 6.18), one line at a time. A process's name is whatever its process likes, but has at most 15 bytes: every
/// line is known by a beginning that is longer than that, or by more numbers than fit into it, and numbers behind a name are read from the line's end.
/// </summary>
internal sealed partial class OomReader
{
    private const int MostProcesses = 500, MostLines = 40, LongestLine = 600;

    private const int LongestWholeMessage = 900;
    private const string LineFeed = @"\x0a";

    private readonly Dictionary<string, long> _stat = [];
    private readonly List<OomProcess> _processes = [];
    private readonly List<string> _lines = [];
    private string? _constraint, _limitOf, _cgroupOf;
    private long? _usage, _limit;
    private bool _open, _inStat;

    /// <summary>A report that is whole with this line; else null.</summary>
    public OomReport? Read(in KernelMessage message)
    {
        string text = message.Text;
        if (text.Contains(" invoked oom-killer: gfp_mask=", StringComparison.Ordinal))
        {
            Forget();
            _open = true;
            Keep(text);
        }
        else if (Killed().Match(text) is { Success: true } killed)
        {
            Keep(text);
            var report = Report(message, Victim(killed));
            Forget();
            return report;
        }
        else if (_open)
        {
            ReadInside(text);
        }
        return null;
    }

    private void ReadInside(string text)
    {
        if (Usage().Match(text) is { Success: true } usage)
        {
            (_usage, _limit) = (Number(usage, "usage") * 1024, Number(usage, "limit") * 1024);
            _limit = _limit >= 1L << 60 ? null : _limit;
            Keep(text);
        }
        else if (text.StartsWith("Memory cgroup stats for ", StringComparison.Ordinal))
        {
            _inStat = true;
            _stat.Clear();
        }
        else if (text.StartsWith("oom-kill:constraint=", StringComparison.Ordinal))
        {
            ReadConstraint(text);
            Keep(text);
        }
        else if (Row().Match(text) is { Success: true } row)
        {
            AddProcess(row);
        }
        else if (_inStat && Stat().IsMatch(text.Split(LineFeed, 2)[0]))
        {
            ReadStat(text);
        }
        else if (OtherUsage().IsMatch(text))
        {
            Keep(text);
        }
    }

    /// <summary>One figure; before Linux 6.3 all of them in one message, whose end may be cut off in the middle of a number.</summary>
    private void ReadStat(string text)
    {
        string[] lines = text.Split(LineFeed);
        foreach (string line in text.Length < LongestWholeMessage ? lines : lines[..^1])
        {
            if (Stat().Match(line) is { Success: true } stat)
            {
                _stat[stat.Groups["name"].Value] = Number(stat, "value");
            }
        }
    }

    /// <summary>
    /// <c>oom-kill:constraint=C,nodemask=N,cpuset=NAME,mems_allowed=M,oom_memcg=PATH,task_memcg=PATH,task=NAME,pid=P,uid=U</c>: who may make cgroups chooses the names in the paths, so
    /// the first of what looks like a path is taken, and nothing at all where the end is not as it must be.
    /// </summary>
    private void ReadConstraint(string text)
    {
        if (Constraint().Match(text) is not { Success: true } match)
        {
            return;
        }
        _constraint = match.Groups["constraint"].Value;
        _limitOf = match.Groups["limit"] is { Success: true } limit ? limit.Value : null;
        _cgroupOf = match.Groups["task"].Value;
    }

    private void AddProcess(Match row)
    {
        string[] numbers = row.Groups["numbers"].Value.Split(' ', StringSplitOptions.RemoveEmptyEntries);   // uid tgid total_vm rss … oom_score_adj
        if (_processes.Count < MostProcesses && long.TryParse(numbers[0], CultureInfo.InvariantCulture, out long user) && long.TryParse(numbers[2], CultureInfo.InvariantCulture, out long total)
            && long.TryParse(numbers[3], CultureInfo.InvariantCulture, out long resident) && int.TryParse(numbers[^1], CultureInfo.InvariantCulture, out int score))
        {
            _processes.Add(new((int)Number(row, "pid"), row.Groups["name"].Value, (uint)user, total * Environment.SystemPageSize, resident * Environment.SystemPageSize, score));
        }
    }

    private static OomVictim Victim(Match match) => new(
        (int)Number(match, "pid"), match.Groups["name"].Value, Number(match, "vm") * 1024, Number(match, "anon") * 1024, Number(match, "file") * 1024, Number(match, "shmem") * 1024,
        (uint)Number(match, "uid"), (int)Number(match, "adj"));

    private OomReport Report(in KernelMessage message, OomVictim victim)
    {
        var stat = _stat.Any(pair => pair.Key.StartsWith("total_", StringComparison.Ordinal))
            ? _stat.Where(pair => pair.Key.StartsWith("total_", StringComparison.Ordinal)).Select(pair => KeyValuePair.Create(pair.Key["total_".Length..], pair.Value))
            : _stat;
        return new(message.Sequence, message.Microseconds, victim)
        {
            Constraint = _constraint, LimitOf = _limitOf, CgroupOf = _cgroupOf, Usage = _usage, Limit = _limit, Stat = stat.ToImmutableDictionary(), Processes = [.. _processes], Lines = [.. _lines],
        };
    }

    private void Keep(string text)
    {
        if (_lines.Count < MostLines)
        {
            _lines.Add(text.Length > LongestLine ? text[..LongestLine] + "…" : text);
        }
    }

    private void Forget()
    {
        (_open, _inStat, _usage, _limit, _constraint, _limitOf, _cgroupOf) = (false, false, null, null, null, null, null);
        _stat.Clear();
        _processes.Clear();
        _lines.Clear();
    }

    private static long Number(Match match, string group) => long.TryParse(match.Groups[group].ValueSpan, CultureInfo.InvariantCulture, out long number) ? number : 0;

    [GeneratedRegex(@"^(?:Memory cgroup out of memory|Out of memory|Out of memory \(oom_kill_allocating_task\)): Killed process (?<pid>\d+) \((?<name>.{0,60})\) total-vm:(?<vm>\d+)kB, anon-rss:(?<anon>\d+)kB, file-rss:(?<file>\d+)kB, shmem-rss:(?<shmem>\d+)kB, UID:(?<uid>\d+) pgtables:\d+kB oom_score_adj:(?<adj>-?\d+)$")]
    private static partial Regex Killed();

    [GeneratedRegex(@"^memory: usage (?<usage>\d+)kB, limit (?<limit>\d+)kB, failcnt \d+$")]
    private static partial Regex Usage();

    [GeneratedRegex(@"^(?:swap|memory\+swap|kmem): usage \d+kB, limit \d+kB, failcnt \d+$")]
    private static partial Regex OtherUsage();

    [GeneratedRegex(@"^(?<name>[a-z][a-z0-9_]{1,40}) (?<value>\d{1,19})$")]
    private static partial Regex Stat();

    [GeneratedRegex(@"^\[ *(?<pid>\d{1,9})\](?<numbers>(?: +-?\d{1,19}){7,10}) (?<name>.{0,60})$")]
    private static partial Regex Row();

    [GeneratedRegex(@"^oom-kill:constraint=(?<constraint>[A-Z_]+),nodemask=[^,]*(?:,[\d-]+)*,cpuset=[^,]*,mems_allowed=[\d,-]*,(?:global_oom|oom_memcg=(?<limit>/[^,]*)),task_memcg=(?<task>/[^,]*),task=.{0,60},pid=\d+,uid=\d+$")]
    private static partial Regex Constraint();
}
