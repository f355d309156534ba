using Brig.Linux;
using Brig.Linux.Wire;
using Brig.Shim.Child;
using static Brig.Linux.Libc;

namespace Brig.Shim.Launch;

internal sealed unsafe partial class Compiler
{
    private Slot _terminal, _nothing;

    /// <summary>The container's own /dev/null: of the host's its root could take away everybody's permissions.</summary>
    private void OpenNothing()
    {
        if (plan.Streams.Tty || plan.Streams.OpenStdin)
            return;
        _nothing = _p.NewSlot();
        // Not to wait where the container has made something else of it.
        OpenInside(_nothing, "/dev/null", O_RDONLY | O_NONBLOCK | O_NOCTTY, "O_RDONLY|O_NONBLOCK", RESOLVE_NO_SYMLINKS)
            .Says(Errno.ENOENT, "standard input needs /dev/null, which is missing in the container");
        CheckIsNull(_nothing);
    }

    /// <summary>A pty of the container's own devpts, so that its name means something inside; its master goes to the shim.</summary>
    private void OpenTerminal()
    {
        if (!plan.Streams.Tty)
            return;
        var (message, master) = Handover("t");
        _terminal = _p.NewSlot();
        OpenInside(master, "/dev/pts/ptmx", O_RDWR | O_NOCTTY, "O_RDWR|O_NOCTTY", RESOLVE_NO_SYMLINKS)
            .Says(Errno.ENOENT, "a terminal needs /dev/pts/ptmx, which is missing in the container");
        CheckIsPty(master);
        _p.Add("ioctl", "pty, TIOCSPTLCK, 0", SYS_ioctl, master, TIOCSPTLCK, _p.Arena.Put(0));
        _p.Add("ioctl", "pty, TIOCGPTPEER", SYS_ioctl, master, TIOCGPTPEER, O_RDWR | O_NOCTTY | O_CLOEXEC).To(_terminal);
        var size = _p.Arena.Put(new winsize { ws_row = plan.Streams.Rows, ws_col = plan.Streams.Columns });
        _p.Add("ioctl", $"pty, TIOCSWINSZ, {plan.Streams.Rows}x{plan.Streams.Columns}", SYS_ioctl, master, TIOCSWINSZ, size);
        if (_identity.User != 0)
            _p.Add("fchown", $"pty, {_identity.User}", SYS_fchown, _terminal, _identity.User, -1);
        _p.Add("sendmsg", "pty to the shim", SYS_sendmsg, resources.SyncChild, message, 0);
        _p.Add("close", "the pty's master", SYS_close, master);
        if (plan.Kind == LaunchKind.Create && plan.Root is not null)
            MakeConsole();
    }

    /// <summary>A message to the shim that carries the descriptor in the slot.</summary>
    private (nint Message, Slot Descriptor) Handover(string what)
    {
        var message = _p.Arena.Put(default(msghdr));
        var control = _p.Arena.Put(new cmsg_fd { header = new cmsghdr { cmsg_len = (nuint)sizeof(cmsghdr) + sizeof(int), cmsg_level = SOL_SOCKET, cmsg_type = SCM_RIGHTS } });
        message->msg_iov = _p.Arena.Put(new iovec { iov_base = _p.Arena.String(what), iov_len = 1 });
        message->msg_iovlen = 1;
        message->msg_control = control;
        message->msg_controllen = (nuint)sizeof(cmsg_fd);
        return ((nint)message, new Slot(&control->fd));
    }

    private void MakeConsole()
    {
        var (target, tree) = (_p.NewSlot(), _p.NewSlot());
        OpenFile(target, "/dev/console");
        CheckIsNotProc(target, "/dev/console");
        _p.Add("open_tree", "pty, OPEN_TREE_CLONE", SYS_open_tree, _terminal, Empty, OPEN_TREE_CLONE | OPEN_TREE_CLOEXEC | AT_EMPTY_PATH).To(tree);
        MoveMount(tree, target, "pty", "/dev/console", null);
        Close(tree);
        Close(target);
    }

    private void TakeStreams()
    {
        _p.Add("setsid", "", SYS_setsid).Tolerate(Errno.EPERM);
        if (plan.Streams.Tty)
        {
            _p.Add("ioctl", "pty, TIOCSCTTY", SYS_ioctl, _terminal, TIOCSCTTY, 0);
            for (var fd = 0; fd < 3; fd++)
                _p.Add("dup2", $"pty, {fd}", SYS_dup2, _terminal, fd);
            return;
        }
        _p.Add("dup2", "standard input, 0", SYS_dup2, plan.Streams.OpenStdin ? resources.Stdin : _nothing, 0);
        _p.Add("dup2", "standard output, 1", SYS_dup2, resources.Stdout, 1);
        _p.Add("dup2", "standard error, 2", SYS_dup2, resources.Stderr, 2);
    }
}
