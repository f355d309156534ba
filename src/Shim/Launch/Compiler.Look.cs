using Brig.Linux.Wire;
using Brig.Shim.Child;
using Brig.Shim.Look;
using static Brig.Linux.Libc;
using static Brig.Shim.Launch.Text;

namespace Brig.Shim.Launch;

internal sealed unsafe partial class Compiler
{
    private const int NETLINK_ROUTE = 0, RTM_GETLINK = 18, RTM_GETADDR = 22, NLM_F_REQUEST = 1, NLM_F_DUMP = 0x300;

    /// <summary>
    /// Joins the container, gives up every capability, reads what was asked, and ends; nothing is executed. Undumpable all along, so nobody inside can trace it, and without any
    /// descriptor of the host's: no execve closes them here.
    /// </summary>
    /// <returns>Which instructions and which memory belong to each entry.</returns>
    public List<LookPlace> CompileLook(LookRequest request, LookPages pages)
    {
        LeaveShim();
        JoinNamespaces();
        _p.Add("close_range", "0, all", SYS_close_range, 0, uint.MaxValue, 0);
        if (InUserNamespace)
            SetIds(0, 0, [], "of the user namespace");
        SetCapabilities(0, 0, 0);
        _p.Add("prctl", "PR_SET_DUMPABLE, 0", SYS_prctl, PR_SET_DUMPABLE, 0);
        DieWithShim();
        _p.Add("chdir", "\"/\"", SYS_chdir, Str("/"));
        _p.Add("openat", "\"/\", O_PATH|O_DIRECTORY", SYS_openat, AT_FDCWD, Str("/"), O_PATH | O_DIRECTORY | O_CLOEXEC).To(_root);

        var places = new List<LookPlace>(request.Files.Length + request.Folders.Length + 2);
        foreach (var file in request.Files)
            places.Add(LookAt(file.Path, O_RDONLY | O_NONBLOCK | O_NOCTTY, SYS_read, LookPages.Reads(file), LookPages.Page, pages));
        foreach (var folder in request.Folders)
            places.Add(LookAt(folder, O_RDONLY | O_DIRECTORY, SYS_getdents64, LookPages.Many, LookPages.Large, pages));
        if (request.Network)
        {
            places.Add(AskNetlink("RTM_GETLINK", RTM_GETLINK, pages));
            places.Add(AskNetlink("RTM_GETADDR", RTM_GETADDR, pages));
        }
        _p.Add("exit_group", "0", SYS_exit_group, 0);
        return places;
    }

    private LookPlace LookAt(string path, int flags, int read, int reads, int size, LookPages pages)
    {
        var (file, next, first) = (_p.NewSlot(), new Label(), _p.Count);
        var parts = new List<LookPart>(reads);
        OpenInside(file, path, flags, "O_RDONLY").TolerateAny().WhenTolerated(next);
        for (var i = 0; i < reads; i++)
        {
            var part = pages.Take(size);
            parts.Add(part);
            _p.Add("read", Quote(path), read, file, part.At, size).To(new Slot(part.LengthAt)).TolerateAny();
        }
        Close(file);
        _p.Place(next);
        return new LookPlace(first, _p.Count, parts);
    }

    private LookPlace AskNetlink(string name, int type, LookPages pages)
    {
        // struct nlmsghdr and struct rtgenmsg: length, type, flags, sequence, port; family.
        var message = (int*)_p.Arena.Take(20);
        (message[0], message[1], message[2]) = (20, type | (NLM_F_REQUEST | NLM_F_DUMP) << 16, 1);
        var (socket, next, first) = (_p.NewSlot(), new Label(), _p.Count);
        var parts = new List<LookPart>(LookPages.Many);
        _p.Add("socket", "AF_NETLINK, SOCK_RAW, NETLINK_ROUTE", SYS_socket, AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, NETLINK_ROUTE).To(socket).TolerateAny().WhenTolerated(next);
        _p.Add("sendto", name, SYS_sendto, socket, message, 20, 0, 0, 0).TolerateAny();
        for (var i = 0; i < LookPages.Many; i++)
        {
            var part = pages.Take(LookPages.Large);
            parts.Add(part);
            // After the last message there is nothing to wait for.
            _p.Add("recvfrom", name, SYS_recvfrom, socket, part.At, LookPages.Large, MSG_DONTWAIT, 0, 0).To(new Slot(part.LengthAt)).Tolerate(Brig.Linux.Errno.EAGAIN).WhenTolerated(next);
        }
        _p.Place(next);
        return new LookPlace(first, _p.Count, parts);
    }
}
