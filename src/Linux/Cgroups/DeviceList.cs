using System.Collections.Immutable;
using System.Runtime.InteropServices;

namespace Brig.Linux.Cgroups;

/// <summary>What the kernel holds of a cgroup's device rules, as lines <c>c 1:3 rwm</c>.</summary>
public static unsafe class DeviceList
{
    private const int SYS_bpf = 321, BPF_PROG_QUERY = 16, BPF_CGROUP_DEVICE = 6;

    /// <summary>Every container's, unless it is privileged.</summary>
    public static ImmutableArray<string> Standard { get; } = [.. DeviceRules.Allowed.Select(rule => rule.ToString())];

    /// <summary>v1's devices.list; null where a program decides, or nobody.</summary>
    public static ImmutableArray<string>? Lines(CgroupEntry cgroup)
    {
        foreach (string directory in cgroup.V1Directories)
        {
            if (Kernfs.ReadText($"{directory}/devices.list", out _) is { } text)
            {
                return [.. text.Split('\n', StringSplitOptions.RemoveEmptyEntries)];
            }
        }
        return null;
    }

    /// <summary>How many programs are asked at each open of a device, in it and above; 0: none, or it cannot be told.</summary>
    public static int Programs(CgroupEntry cgroup)
    {
        if (cgroup.V2Directory is not { } path)
        {
            return 0;
        }
        using var directory = Kernfs.Open(path, out _);
        if (directory is null)
        {
            return 0;
        }
        const int BPF_F_QUERY_EFFECTIVE = 1;
        uint* ids = stackalloc uint[64];
        var query = new QueryAttributes { Target = (uint)directory.DangerousGetHandle(), Type = BPF_CGROUP_DEVICE, Flags = BPF_F_QUERY_EFFECTIVE, Ids = (ulong)ids, Count = 64 };
        return Libc.syscall(SYS_bpf, BPF_PROG_QUERY, (nint)(&query), sizeof(QueryAttributes), 0, 0, 0) == 0 ? (int)query.Count : 0;
    }

    [StructLayout(LayoutKind.Sequential)]
    private struct QueryAttributes
    {
        public uint Target, Type, Flags, AttachFlags;
        public ulong Ids;
        public uint Count, _pad;
        public ulong ProgAttachFlags, LinkIds, LinkAttachFlags, Revision;
    }
}
