namespace Brig.Linux;

/// <summary>A system call the kernel refused: the call, what it was about, and the errno, as one sentence.</summary>
/// <param name="call">For example <c>mount "proc"</c>.</param>
/// <param name="target">For example <c>/proc</c>.</param>
/// <param name="detail">What the kernel said beside the number, where it does (netlink(7), NETLINK_EXT_ACK).</param>
public sealed class LinuxException(string call, string target, int errno, string? detail = null)
    : Exception($"{call} on \"{target}\": {Brig.Linux.Errno.Describe(errno)}{(detail is null ? "" : ": " + detail)}")
{
    public string Call { get; } = call;
    public string Target { get; } = target;
    public int Errno { get; } = errno;
}
