using Brig.Linux;
using Brig.Shim.Child;
using static Brig.Linux.Libc;

namespace Brig.Shim.Launch;

internal sealed unsafe partial class Compiler
{
    private sock_fprog* _filter;

    /// <summary>Where it has a listener, the shim gets that at once: whatever is denied from here on waits for it.</summary>
    private void Filter()
    {
        var program = FilterProgram();
        if (program == null)
            return;
        var flags = plan.Process.SeccompFlags;
        var step = _p.Add("seccomp", $"SECCOMP_SET_MODE_FILTER, 0x{flags:x}, {program->len} instructions", SYS_seccomp, SECCOMP_SET_MODE_FILTER, flags, program);
        if ((flags & SECCOMP_FILTER_FLAG_NEW_LISTENER) == 0)
            return;
        step.Says(Errno.EBUSY, "denied system calls cannot be told, because this machine's Brig runs under a filter that is told itself; create the container with seccomp.tell off");
        var (message, listener) = Handover("s");
        step.To(listener);
        _p.Add("sendmsg", "listener to the shim", SYS_sendmsg, resources.SyncChild, message, 0);
    }

    /// <summary>Null: there is none.</summary>
    private sock_fprog* FilterProgram()
    {
        var bytes = plan.Process.Seccomp;
        if (bytes.Length == 0 || _filter != null)
            return _filter;
        var filter = _p.Arena.Take(bytes.Length);
        bytes.AsSpan().CopyTo(new Span<byte>(filter, bytes.Length));
        return _filter = _p.Arena.Put(new sock_fprog { len = (ushort)(bytes.Length / 8), filter = filter });
    }
}
