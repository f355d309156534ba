namespace Brig.Linux.Cgroups;

#pragma warning disable CA1051 // fields: filled in place, by reference

/// <summary>What is told of a cgroup only to those who ask, because no tick needs it. What this machine does not tell is 0.</summary>
public struct CgroupDetails
{
    /// <summary>Parts of the sample's CpuMicroseconds.</summary>
    public long CpuUserMicroseconds, CpuSystemMicroseconds;

    /// <summary>Bytes; parts of the sample's File.</summary>
    public long MappedFile, ActiveFile, InactiveFile;

    /// <summary>Since it was made; the second are those that waited for a disk.</summary>
    public long PageFaults, MajorPageFaults;

    /// <summary>Not threads: those are the sample's Pids. Also those in cgroups below.</summary>
    public long Processes;
}
