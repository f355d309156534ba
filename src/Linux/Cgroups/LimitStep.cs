namespace Brig.Linux.Cgroups;

/// <summary>One write that makes a limit hold.</summary>
/// <param name="What">Of the asker's words, for the message: <c>memory limit</c>.</param>
/// <param name="Asked">False: it takes a limit away, so a file this kernel lacks is fine.</param>
internal sealed record LimitStep(string What, string File, string Value, bool Asked)
{
    /// <summary>From the file's text, what to write to take this step back; by default the text itself.</summary>
    public Func<string, string>? Undo { get; init; }

    /// <summary>Does it. What would take it back, or null when nothing was changed. Throws <see cref="CgroupLimitException"/>.</summary>
    public string? Run(Func<string, string, int> write)
    {
        if (Kernfs.ReadText(File, out int errno) is not { } old)
        {
            return !Asked && errno == Errno.ENOENT ? null : throw Refused("read", errno);
        }
        string undo = Undo is null ? old : Undo(old);
        if (undo == Value)
        {
            return null;
        }
        errno = write(File, Value);
        return errno == 0 ? undo : throw Refused($"write \"{Value}\"", errno);
    }

    private CgroupLimitException Refused(string call, int errno)
    {
        LinuxException inner = new(call, File, errno);
        return new(errno switch
        {
            Errno.ENOENT => $"This machine has no {What}: \"{File}\" does not exist",
            Errno.EBUSY => $"The {What} cannot be lowered to {Value}, more is in use now and cannot be freed: {inner.Message}",
            Errno.ENODEV when What == LimitNames.IoRate => $"The {What} needs a whole block device: {inner.Message}",
            _ => $"The kernel refuses the {What}: {inner.Message}",
        }, inner);
    }
}

internal static class LimitNames
{
    public const string Cpus = "CPU limit", CpuWeight = "CPU weight", Cpuset = "CPU set", Memory = "memory limit", MemoryLow = "memory protection",
        Swap = "swap limit", Pids = "process limit", IoWeight = "I/O weight", IoRate = "I/O rate";
}
