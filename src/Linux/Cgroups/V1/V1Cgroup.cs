using System.Collections.Frozen;
using System.Collections.Immutable;

namespace Brig.Linux.Cgroups.V1;

/// <param name="at">Its directory in the hierarchy of each controller.</param>
internal sealed class V1Cgroup(string path, CgroupEntry entry, FrozenDictionary<string, string> at, bool fresh, Action<CgroupCall>? onCall)
    : Cgroup(path, entry, fresh, onCall)
{
    public override OomCounter? OomCounter => at.TryGetValue("memory", out string? memory) ? new($"{memory}/memory.oom_control", "oom_kill") : null;

    public override CgroupReader OpenReader() => new V1Reader(Entry.V2Directory, at);

    private protected override IEnumerable<LimitStep> Plan(CgroupLimits limits, bool onlyAsked) => V1Plan.Steps(limits, at, onlyAsked);

    public override void RestrictDevices(IEnumerable<DeviceRule>? also)
    {
        if (!at.TryGetValue("devices", out string? devices))
        {
            DeviceFilter.Attach(Entry.V2Directory ?? throw new LinuxException("restrict devices", "devices", Errno.ENOENT), DeviceRules.With(also));
            return;
        }
        WriteOrThrow($"{devices}/devices.deny", "a");
        foreach (string rule in DeviceRules.With(also).Select(rule => rule.ToString()))
        {
            WriteOrThrow($"{devices}/devices.allow", rule);
        }
    }

    /// <summary>Makes it and its parents below each mount point; takes away what it made when one is refused.</summary>
    public void MakeDirectories(ImmutableArray<string> points)
    {
        Stack<string> made = new();
        try
        {
            foreach (string point in points)
            {
                MakeDirectory($"{point}/{Path}", point, made);
            }
        }
        catch (LinuxException)
        {
            foreach (string directory in made)
            {
                Kernfs.RemoveDirectory(directory);
            }
            throw;
        }
    }

    /// <summary>The parents are there but for the first time, so the last comes first.</summary>
    private void MakeDirectory(string directory, string point, Stack<string> made)
    {
        int errno = Call("mkdir", directory);
        string parent = directory[..directory.LastIndexOf('/')];
        if (errno == Errno.ENOENT && parent.Length > point.Length)
        {
            MakeDirectory(parent, point, made);
            errno = Call("mkdir", directory);
        }
        if (errno == 0)
        {
            made.Push(directory);
            Initialise(point, parent, directory);
        }
        else if (errno != Errno.EEXIST)
        {
            throw new LinuxException("mkdir", directory, errno);
        }
    }

    private void Initialise(string point, string parent, string directory)
    {
        if (Is("cpuset", point))
        {
            InitialiseCpuset(point, parent, directory);
        }
        if (Is("memory", point) && Kernfs.ReadText($"{directory}/memory.use_hierarchy", out _) is "0")
        {
            WriteOrThrow($"{directory}/memory.use_hierarchy", "1");   // kernels before 5.11
        }
    }

    private bool Is(string controller, string point) => at.TryGetValue(controller, out string? own) && own == $"{point}/{Path}";

    /// <summary>A new v1 cpuset has no processors and no memory, and no process may enter it before it has.</summary>
    private void InitialiseCpuset(string point, string parent, string directory)
    {
        foreach (string file in (ReadOnlySpan<string>)["cpuset.cpus", "cpuset.mems"])
        {
            if (parent.Length > point.Length && Kernfs.ReadText($"{parent}/{file}", out _) is "")
            {
                InitialiseCpuset(point, parent[..parent.LastIndexOf('/')], parent);     // another made it in this moment, and has not come so far
            }
            if (Kernfs.ReadText($"{directory}/{file}", out _) is "" && Kernfs.ReadText($"{parent}/{file}", out _) is { Length: > 0 } value)
            {
                WriteOrThrow($"{directory}/{file}", value);
            }
        }
    }

    private void WriteOrThrow(string file, string value)
    {
        if (Write(file, value) is var errno and not 0)
        {
            throw new LinuxException($"write \"{value}\"", file, errno);
        }
    }

    private protected override bool TryFreeze()
    {
        try
        {
            Frozen(true);
            return true;
        }
        catch (LinuxException)
        {
            return false;
        }
    }

    private protected override void Frozen(bool frozen)
    {
        if (Entry.V2Directory is { } unified)
        {
            Freezer.V2(unified, frozen, Write);
        }
        else if (at.TryGetValue("freezer", out string? freezer))
        {
            Freezer.V1(freezer, frozen, Write);
        }
        else
        {
            throw new LinuxException("freeze", "freezer", Errno.ENOENT);
        }
    }
}
