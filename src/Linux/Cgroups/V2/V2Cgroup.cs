namespace Brig.Linux.Cgroups.V2;

internal sealed class V2Cgroup(string path, CgroupEntry entry, bool fresh, Action<CgroupCall>? onCall) : Cgroup(path, entry, fresh, onCall)
{
    private readonly string _directory = entry.V2Directory!;

    public override OomCounter? OomCounter => new($"{_directory}/memory.events", "oom_kill");

    public override CgroupReader OpenReader() => new V2Reader(_directory);

    private protected override IEnumerable<LimitStep> Plan(CgroupLimits limits, bool onlyAsked) => V2Plan.Steps(limits, _directory, onlyAsked, Write);

    public override void RestrictDevices(IEnumerable<DeviceRule>? also) => DeviceFilter.Attach(_directory, DeviceRules.With(also));

    /// <summary>Makes it and its parents, and passes the controllers down to it. Takes away what it made when mkdir is refused.</summary>
    public void MakeDirectories(string root, IEnumerable<string> controllers)
    {
        Stack<string> made = new();
        string parent = root;
        foreach (string name in Path.Split('/'))
        {
            PassDown(parent, controllers);
            string directory = $"{parent}/{name}";
            int errno = Directory.Exists(directory) ? Errno.EEXIST : Call("mkdir", directory);
            if (errno == 0)
            {
                made.Push(directory);
            }
            else if (errno != Errno.EEXIST)
            {
                foreach (string each in made)
                {
                    Kernfs.RemoveDirectory(each);
                }
                throw new LinuxException("mkdir", directory, errno);
            }
            parent = directory;
        }
    }

    /// <summary>
    /// One at a time, and a refusal (no such controller here, processes in the parent) is no error: the limits that would
    /// need it say so when they are asked for.
    /// </summary>
    private void PassDown(string parent, IEnumerable<string> controllers)
    {
        string file = $"{parent}/cgroup.subtree_control";
        string[] has = (Kernfs.ReadText(file, out _) ?? "").Split(' ');
        foreach (string controller in controllers.Except(has).Order(StringComparer.Ordinal))
        {
            Write(file, $"+{controller}");
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

    private protected override void Frozen(bool frozen) => Freezer.V2(_directory, frozen, Write);
}
