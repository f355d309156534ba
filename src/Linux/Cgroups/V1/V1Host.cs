using System.Collections.Frozen;
using System.Collections.Immutable;

namespace Brig.Linux.Cgroups.V1;

/// <summary>Controllers mounted one by one, or a few together, with or without a v2 tree beside them (cgroup-v1/ in the kernel's documentation).</summary>
internal sealed class V1Host : CgroupHost
{
    private readonly CgroupMounts _mounts;
    private readonly ImmutableArray<string> _points;
    private readonly Lazy<FrozenSet<string>> _blkioFiles;

    public V1Host(CgroupMounts mounts)
    {
        _mounts = mounts;
        _points = [.. mounts.V1.Values.Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal)];
        _blkioFiles = new(ProbeBlkio);
        Controllers = mounts.V1.Keys.Select(name => name == "blkio" ? "io" : name).ToFrozenSet();
    }

    public override CgroupVersion Version => _mounts.V2 is null ? CgroupVersion.V1 : CgroupVersion.Hybrid;

    public override IReadOnlySet<string> Controllers { get; }

    public override Cgroup Open(string path) => Make(path, fresh: false, null);

    public override Cgroup Create(string path, Action<CgroupCall>? onCall = null)
    {
        V1Cgroup cgroup = Make(path, fresh: true, onCall);
        cgroup.MakeDirectories(_mounts.V2 is null ? _points : _points.Insert(0, _mounts.V2));
        return cgroup;
    }

    public override string? WhyNot(CgroupLimits limits) => LimitCheck.WhyInvalid(limits) ?? limits switch
    {
        { Cpus: not null } or { CpuWeight: not null } when !Has("cpu") => No(LimitNames.Cpus, "cpu"),
        { CpusetCpus: not null } when !Has("cpuset") => No(LimitNames.Cpuset, "cpuset"),
        { Memory: not null } or { MemoryLow: not null } or { Swap: not null } when !Has("memory") => No(LimitNames.Memory, "memory"),
        { Swap: not null, Memory: null } => V1Plan.SwapNeedsMemory,
        { Swap: not null } when !File.Exists($"{_mounts.V1["memory"]}/memory.memsw.limit_in_bytes")
            => "The kernel of this machine does not account swap (boot it with swapaccount=1)",
        { Pids: not null } when !Has("pids") => No(LimitNames.Pids, "pids"),
        { IoRates.Length: > 0 } when !Has("blkio") => No(LimitNames.IoRate, "blkio"),
        { IoWeight: not null } when !V1Plan.IoWeightFiles.Any(_blkioFiles.Value.Contains) => "The kernel of this machine has no I/O weight (it needs the bfq or cfq scheduler)",
        _ => null,
    };

    private bool Has(string controller) => _mounts.V1.ContainsKey(controller);

    private static string No(string what, string controller) => $"This machine has no {what}: its {controller} controller is not mounted";

    private V1Cgroup Make(string path, bool fresh, Action<CgroupCall>? onCall)
    {
        Checked(path);
        CgroupEntry entry = new(_mounts.V2 is null ? null : $"{_mounts.V2}/{path}", [.. _points.Select(point => $"{point}/{path}")]);
        return new(path, entry, _mounts.V1.ToFrozenDictionary(pair => pair.Key, pair => $"{pair.Value}/{path}"), fresh, onCall);
    }

    /// <summary>Some files are only in cgroups below the top, so one is made to look at.</summary>
    private FrozenSet<string> ProbeBlkio()
    {
        if (!_mounts.V1.TryGetValue("blkio", out string? point))
        {
            return [];
        }
        string probe = $"{point}/brig-probe-{Guid.NewGuid():N}";
        if (Kernfs.MakeDirectory(probe) is var errno and not 0)
        {
            throw new LinuxException("mkdir", probe, errno);
        }
        try
        {
            return Directory.EnumerateFiles(probe).Select(file => Path.GetFileName(file)).ToFrozenSet();
        }
        finally
        {
            Kernfs.RemoveDirectory(probe);
        }
    }
}
