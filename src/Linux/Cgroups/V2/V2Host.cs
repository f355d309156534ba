using System.Collections.Frozen;

namespace Brig.Linux.Cgroups.V2;

/// <summary>One tree with every controller (cgroup-v2.rst in the kernel's documentation).</summary>
internal sealed class V2Host : CgroupHost
{
    private static readonly FrozenSet<string> s_used = ["cpu", "cpuset", "memory", "io", "pids"];
    private readonly string _root;
    private readonly Lazy<FrozenSet<string>> _files;

    public V2Host(string root)
    {
        _root = root;
        _files = new(Probe);
        Controllers = Names($"{root}/cgroup.controllers").Intersect(s_used).ToFrozenSet();
    }

    public override CgroupVersion Version => CgroupVersion.V2;

    public override IReadOnlySet<string> Controllers { get; }

    public override Cgroup Open(string path) => Make(path, fresh: false, null);

    public override Cgroup Create(string path, Action<CgroupCall>? onCall = null)
    {
        V2Cgroup cgroup = Make(path, fresh: true, onCall);
        cgroup.MakeDirectories(_root, Controllers);
        return cgroup;
    }

    public override string? WhyNot(CgroupLimits limits) => LimitCheck.WhyInvalid(limits) ?? limits switch
    {
        { Cpus: not null } or { CpuWeight: not null } when !Has("cpu.max") => No(LimitNames.Cpus, "cpu"),
        { CpusetCpus: not null } when !Has("cpuset.cpus") => No(LimitNames.Cpuset, "cpuset"),
        { Memory: not null } or { MemoryLow: not null } when !Has("memory.max") => No(LimitNames.Memory, "memory"),
        { Swap: not null } when !Has("memory.swap.max") => "The kernel of this machine does not account swap",
        { Pids: not null } when !Has("pids.max") => No(LimitNames.Pids, "pids"),
        { IoRates.Length: > 0 } when !Has("io.max") => No(LimitNames.IoRate, "io"),
        { IoWeight: not null } when !V2Plan.IoWeightFiles.Any(Has) => "The kernel of this machine has no I/O weight (it needs io.cost or the bfq scheduler)",
        _ => null,
    };

    private bool Has(string file) => _files.Value.Contains(file);

    private string No(string what, string controller)
        => $"This machine has no {what}: the {controller} controller is not available below \"{_root}\"";

    private V2Cgroup Make(string path, bool fresh, Action<CgroupCall>? onCall)
        => new(Checked(path), new CgroupEntry($"{_root}/{path}", []), fresh, onCall);

    private static string[] Names(string file) => (Kernfs.ReadText(file, out _) ?? "").Split(' ', StringSplitOptions.RemoveEmptyEntries);

    /// <summary>Limit files are only in cgroups below the top, so one is made to look at.</summary>
    private FrozenSet<string> Probe()
    {
        Cgroup probe = Create($"brig-probe-{Guid.NewGuid():N}");
        try
        {
            return Directory.EnumerateFiles(probe.Entry.V2Directory!).Select(file => Path.GetFileName(file)).ToFrozenSet();
        }
        finally
        {
            probe.Remove();
        }
    }
}
