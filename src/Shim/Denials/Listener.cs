using Brig.Linux;
using static Brig.Linux.Libc;

namespace Brig.Shim.Denials;

/// <summary>
/// The end of the filter where denied calls arrive (seccomp_unotify(2)). Each is answered with the errno of the profile, always: nothing is decided here, no memory of the
/// caller is read and no call is let go on, so there is nothing to win a race for. What is here is for counting.
/// </summary>
internal sealed unsafe class Listener(int fd, int errno)
{
    private const int AtATime = 32;

    /// <summary>The kernel's structs may be longer than ours one day.</summary>
    private const int Room = 256;
    private Budget _budget = new(Clock(CLOCK_MONOTONIC));

    public int Fd { get; } = fd;
    public DenialTable Table { get; } = new();

    /// <summary>There may be more, but not now: nobody is to be received for some milliseconds.</summary>
    public bool Exhausted { get; private set; }

    /// <summary>Nobody has the filter any more.</summary>
    public bool Ended { get; private set; }

    /// <summary>Something was counted since this was last set to false.</summary>
    public bool News { get; set; }

    /// <summary>Answers those who wait, a limited number of them, without ever waiting itself.</summary>
    public void Serve()
    {
        Exhausted = false;
        for (var i = 0; i < AtATime; i++)
        {
            var wait = new pollfd { fd = Fd, events = POLLIN };
            if (poll(&wait, 1, 0) <= 0)
                return;
            if ((wait.revents & POLLIN) == 0)
            {
                Ended = true;
                return;
            }
            if (!_budget.Take(Clock(CLOCK_MONOTONIC)))
            {
                Exhausted = true;
                return;
            }
            One();
        }
    }

    private void One()
    {
        var memory = stackalloc byte[Room];
        new Span<byte>(memory, Room).Clear();
        var notice = (seccomp_notif*)memory;
        // Does not wait: poll said that one is there, and one that went meanwhile is ENOENT.
        if (ioctl(Fd, unchecked((nint)SECCOMP_IOCTL_NOTIF_RECV), notice) != 0)
            return;
        Count(notice);
        var answer = stackalloc byte[Room];
        new Span<byte>(answer, Room).Clear();
        var response = (seccomp_notif_resp*)answer;
        response->id = notice->id;
        response->error = -errno;
        ioctl(Fd, unchecked((nint)SECCOMP_IOCTL_NOTIF_SEND), response);   // ENOENT: a signal ended it
    }

    private void Count(seccomp_notif* notice)
    {
        News = true;
        var now = Clock(CLOCK_REALTIME);
        if (Table.CountAgain(*notice, now))
            return;
        var caller = new CallerName();
        var id = notice->id;
        // While it waits for its answer nobody else gets its number; had it gone meanwhile, this would be somebody else's name.
        if (!caller.Read(notice->pid) || ioctl(Fd, unchecked((nint)SECCOMP_IOCTL_NOTIF_ID_VALID), &id) != 0)
            caller = new CallerName();
        Table.Count(*notice, caller, now);
    }
}
