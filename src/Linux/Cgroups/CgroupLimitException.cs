namespace Brig.Linux.Cgroups;

/// <summary>A limit that this machine, or this cgroup as it is now, cannot hold. The message is one sentence for the one who asked.</summary>
public sealed class CgroupLimitException(string message, Exception? inner = null) : Exception(message, inner);
