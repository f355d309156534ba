using System.Collections.Immutable;
using System.Globalization;
using System.Text;
using Brig.Linux.Wire;
using Brig.Shim.Child;
using static Brig.Linux.Libc;
using static Brig.Shim.Launch.Text;

namespace Brig.Shim.Launch;

/// <summary>
/// A new user namespace, made before the container's child, because the layers must be mapped into it before the child can have its root.
/// A process that only waits brings it into being, and is gone again once the maps are written and a descriptor holds the namespace.
/// </summary>
internal static unsafe class UserNamespace
{
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
            Write($"/proc/{pid}/uid_map", plan.UidMap, log);
            Write($"/proc/{pid}/gid_map", plan.GidMap, log);
            start = StepLog.Now;
            return log.Add(start, open($"/proc/{pid}/ns/user", O_RDONLY | O_CLOEXEC), "open", $"\"/proc/{pid}/ns/user\"");
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
