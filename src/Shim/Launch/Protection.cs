using System.Globalization;
using System.Text;
using Brig.Linux;
using Brig.Linux.Wire;
using Brig.Shim.Child;
using static Brig.Linux.Libc;
using static Brig.Shim.Launch.Text;

namespace Brig.Shim.Launch;

/// <summary>The same as <see cref="Compiler.Begin"/> has a child do that has the host's rights, for one that was born without them: it waits meanwhile.</summary>
internal static unsafe class Protection
{
    public static void Apply(int pid, ProcessPlan plan, StepLog log)
    {
        if (plan.OomScoreAdj is { } adjustment)
            WriteScore($"/proc/{pid.ToString(CultureInfo.InvariantCulture)}/oom_score_adj", adjustment.ToString(CultureInfo.InvariantCulture), log);
        foreach (var asked in plan.Rlimits)
        {
            rlimit now;
            if (asked.Required && prlimit64(pid, asked.Resource, null, &now) == 0 && asked.Hard > now.rlim_max)
                Raise(pid, asked, new rlimit { rlim_cur = now.rlim_cur, rlim_max = asked.Hard }, log);
        }
    }

    private static void WriteScore(string file, string score, StepLog log)
    {
        var fd = log.Add(StepLog.Now, open(file, O_WRONLY | O_CLOEXEC), "open", Quote(file));
        var bytes = Encoding.ASCII.GetBytes(score);
        var start = StepLog.Now;
        try
        {
            fixed (byte* buffer = bytes)
                log.Add(start, (int)write(fd, buffer, bytes.Length), "write", $"{Quote(file)}, {Quote(score)}", $"{Quote(score)} to {Quote(file)}", $"echo {score} > {file}");
        }
        finally
        {
            close(fd);
        }
    }

    private static void Raise(int pid, RlimitPlan asked, rlimit value, StepLog log)
    {
        var name = Rlimits.Name(asked.Resource);
        var start = StepLog.Now;
        var set = prlimit64(pid, asked.Resource, &value, null);
        if (set == -1 && Errno.Last == Errno.EPERM)
            throw new PlanException($"this machine does not allow {name} {asked.Soft}:{asked.Hard}: its own hard limit is lower", Errno.EPERM);
        log.Add(start, set, "prlimit64", $"{pid}, {name}, {value.rlim_cur}:{value.rlim_max}", null, $"prlimit --pid {pid} --{name[7..].ToLowerInvariant()}={value.rlim_cur}:{value.rlim_max}");
    }
}
