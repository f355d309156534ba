namespace Brig.Shim.Launch;

/// <summary>Descriptors the parent opened and the child inherits. All close-on-exec, all closed in the parent after clone3.</summary>
internal sealed class Resources
{
    /// <summary>One end of the socket pair over which the child tells that it lives, hands over its pty, and by closing that it executed.</summary>
    public int SyncParent { get; set; } = -1;
    public int SyncChild { get; set; } = -1;

    /// <summary>The container's, where it is not the host's, as soon as there is one; -1: none. Where it is joined it is also among <see cref="Joins"/>.</summary>
    public int UserNamespace { get; set; } = -1;

    /// <summary>The detached root file system; -1: none of one's own.</summary>
    public int Root { get; set; } = -1;

    /// <summary>Detached bind mounts, by the index of the plan's mount; -1 where it is not a bind.</summary>
    public int[] Binds { get; set; } = [];

    /// <summary>The host's device nodes as detached bind mounts, where mknod is forbidden; else empty.</summary>
    public int[] Devices { get; set; } = [];

    /// <summary>The host's /proc, where something is written to it; else -1.</summary>
    public int Proc { get; set; } = -1;

    public int[] CgroupProcs { get; set; } = [];
    public int CgroupV2 { get; set; } = -1;

    /// <summary>Namespaces to join, in that order.</summary>
    public List<Joined> Joins { get; } = [];

    /// <summary>The child's standard streams; with a pty unused.</summary>
    public int Stdin { get; set; } = -1;
    public int Stdout { get; set; } = -1;
    public int Stderr { get; set; } = -1;
}

/// <param name="Types">CLONE_NEW*; several for a pidfd.</param>
internal sealed record Joined(int Fd, ulong Types, string Text, string? Shell);
