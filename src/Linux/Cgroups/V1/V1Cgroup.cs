using System.Collections.Frozen;
using System.Collections.Immutable;

namespace Brig.Linux.Cgroups.V1;

/// <param name="at">Its directory in the hierarchy of each controller.</param>
internal sealed class V1Cgroup(string path, CgroupEntry entry, FrozenDictionary<string, string> at, bool fresh, Action<CgroupCall>? onCall)
    : Cgroup(path, entry, fresh, onCall)
{
    public override OomCounter? OomCounter => at.TryGetValue("memory", out string? memory) ? new($"{memory}/memory.oom_control", "oom_kill") : null;

    public override CgroupReader OpenReader() => new V1Reader(Entry.V2Directory, at);

    private protected override IEnumerable<LimitStep> Plan(CgroupLimits limits) => V1Plan.Steps(limits, at);

    public override void RestrictDevices()
    {
        if (!at.TryGetValue("devices", out string? devices))
        {
            DeviceFilter.Attach(Entry.V2Directory ?? throw new LinuxException("restrict devices", "devices", Errno.ENOENT));
            return;
        }
        WriteOrThrow($"{devices}/devices.deny", "a");
        foreach (string rule in DeviceRules.Allowed.Select(rule => rule.ToString()))
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
                string parent = point;
                foreach (string name in Path.Split('/'))
                {
                    string directory = $"{parent}/{name}";
                    int errno = Directory.Exists(directory) ? Errno.EEXIST : Call("mkdir", directory);
                    if (errno == 0)
                    {
                        made.Push(directory);
                        Initialise(parent, directory);
                    }
                    else if (errno != Errno.EEXIST)
                    {
                        throw new LinuxException("mkdir", directory, errno);
                    }
                    parent = directory;
                }
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

    /// <summary>A new v1 cpuset has no processors and no memory, and no process may enter it before it has.</summary>
    private void Initialise(string parent, string directory)
    {
        foreach (string file in (ReadOnlySpan<string>)["cpuset.cpus", "cpuset.mems"])
        {
            if (Kernfs.ReadText($"{directory}/{file}", out _) is "" && Kernfs.ReadText($"{parent}/{file}", out _) is { Length: > 0 } value)
            {
                WriteOrThrow($"{directory}/{file}", value);
            }
        }
        if (Kernfs.ReadText($"{directory}/memory.use_hierarchy", out _) is "0")
        {
            WriteOrThrow($"{directory}/memory.use_hierarchy", "1");   // kernels before 5.11
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
