using System.Collections.Immutable;
using System.Globalization;
using System.Text;
using Brig.Linux.Wire;
using Brig.Shim.Child;
using static Brig.Linux.Libc;
using static Brig.Shim.Launch.Text;

namespace Brig.Shim.Launch;

/// <summary>A new user namespace, as a descriptor for mount_setattr(2).</summary>
internal static unsafe class UserNamespace
{
    /// <summary>Of a process that was just cloned with one and waits: its ids are written, then it is opened.</summary>
    public static int Open(int pid, NamespacePlan plan, StepLog log)
    {
        Write($"/proc/{pid}/uid_map", plan.UidMap, log);
        Write($"/proc/{pid}/gid_map", plan.GidMap, log);
        var start = StepLog.Now;
        return log.Add(start, open($"/proc/{pid}/ns/user", O_RDONLY | O_CLOEXEC), "open", $"\"/proc/{pid}/ns/user\"");
    }

    /// <summary>Of nobody: a process that only waits brings it into being, and is gone again when a descriptor holds it.</summary>
    public static int Make(NamespacePlan plan, StepLog log)
    {
        var arguments = new clone_args { flags = CLONE_NEWUSER | CLONE_CLEAR_SIGHAND, exit_signal = SIGCHLD };
        var start = StepLog.Now;
        var pid = (int)raw_syscall(SYS_clone3, (nint)(&arguments), sizeof(clone_args), 0, 0, 0, 0);
        if (pid == 0)
        {
            raw_syscall(SYS_prctl, PR_SET_PDEATHSIG, SIGKILL, 0, 0, 0, 0);
            while (true)
                raw_syscall(SYS_pause, 0, 0, 0, 0, 0, 0);
        }
        System.Runtime.InteropServices.Marshal.SetLastPInvokeError(*__errno_location());
        log.Add(start, pid, "clone3", "CLONE_NEWUSER", "of a new user namespace", "unshare --user");
        try
        {
            return Open(pid, plan, log);
        }
        finally
        {
            kill(pid, SIGKILL);
            int status;
            waitpid(pid, &status, 0);
        }
    }

    private static void Write(string path, ImmutableArray<IdMap> maps, StepLog log)
    {
        var text = "";
        foreach (var map in maps)
            text += string.Create(CultureInfo.InvariantCulture, $"{map.Inside} {map.Outside} {map.Count}\n");
        var bytes = Encoding.ASCII.GetBytes(text);
        var fd = log.Add(StepLog.Now, open(path, O_WRONLY | O_CLOEXEC), "open", Quote(path));
        fixed (byte* buffer = bytes)
        {
            var start = StepLog.Now;
            var shown = text.TrimEnd().Replace('\n', ',');
            log.Add(start, (int)write(fd, buffer, bytes.Length), "write", $"{Quote(path)}, {Quote(shown)}", null, $"echo {Shell(shown)} > {path}");
        }
        close(fd);
    }
}
