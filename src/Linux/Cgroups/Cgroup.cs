using System.Collections.Immutable;
using System.Diagnostics;
using System.Globalization;
using Brig.Linux.Proc;
using Microsoft.Win32.SafeHandles;

namespace Brig.Linux.Cgroups;

/// <summary>One cgroup: the same path below every hierarchy in use. Holds nothing open; may be used from several threads, though verbs that change it should be serialised.</summary>
public abstract class Cgroup
{
    private readonly Action<CgroupCall>? _onCall;
    private bool _fresh;

    /// <param name="fresh">Just made: the first <see cref="Apply"/> has no limit to take away.</param>
    private protected Cgroup(string path, CgroupEntry entry, bool fresh, Action<CgroupCall>? onCall)
    {
        _fresh = fresh;
        Path = path;
        Entry = entry;
        _onCall = onCall;
        Directories = entry.V2Directory is null ? entry.V1Directories : entry.V1Directories.Insert(0, entry.V2Directory);
    }

    /// <summary>Relative, as it was given.</summary>
    public string Path { get; }

    public CgroupEntry Entry { get; }

    /// <summary>Every directory it consists of, absolute; v2 first.</summary>
    public ImmutableArray<string> Directories { get; }

    /// <summary>Null where no memory controller is.</summary>
    public abstract OomCounter? OomCounter { get; }

    public bool Exists => Directories.Any(Directory.Exists);

    /// <summary>Kills by the kernel's out-of-memory killer since it was made; 0 when that cannot be read.</summary>
    public long OomKills => OomCounter is { } counter && Kernfs.ReadText(counter.File, out _) is { } text ? KeyedText.Value(text, counter.Key) : 0;

    /// <summary>Opens its files for sampling. Never throws; the first <see cref="CgroupReader.TryRead"/> tells whether it is there.</summary>
    public abstract CgroupReader OpenReader();

    /// <summary>
    /// Makes exactly these limits hold, also those that are null (no limit). Either all hold afterwards or none changed.
    /// Throws <see cref="CgroupLimitException"/>.
    /// </summary>
    public void Apply(CgroupLimits limits)
    {
        if (LimitCheck.WhyInvalid(limits) is { } why)
        {
            throw new CgroupLimitException(why);
        }
        Stack<(LimitStep Step, string Undo)> done = new();
        try
        {
            foreach (LimitStep step in Plan(limits, onlyAsked: _fresh).Where(step => step.Asked || !_fresh))
            {
                string? undo = step.Run(Write);
                if (undo is not null)
                {
                    done.Push((step, undo));
                }
            }
            _fresh = false;
        }
        catch (CgroupLimitException)
        {
            foreach ((LimitStep step, string undo) in done)
            {
                Write(step.File, undo);
            }
            throw;
        }
    }

    /// <param name="onlyAsked">What is not limited need not even be looked at.</param>
    private protected abstract IEnumerable<LimitStep> Plan(CgroupLimits limits, bool onlyAsked);

    /// <summary>
    /// Lets its processes make every device node but open only the harmless ones: null, zero, full, random, urandom, tty, ptmx and ptys.
    /// Not for privileged containers. Throws <see cref="LinuxException"/>.
    /// </summary>
    /// <param name="also">What else may be opened; null: nothing.</param>
    public abstract void RestrictDevices(IEnumerable<DeviceRule>? also = null);

    /// <summary>Stops every process in it, also those below; waits until they stand. Throws <see cref="LinuxException"/> (ETIMEDOUT after 10 s).</summary>
    public void Freeze() => Frozen(true);

    public void Thaw() => Frozen(false);

    /// <summary>Frozen, or about to be: what was asked of the kernel last.</summary>
    public bool IsFrozen => Freezer.IsAsked(Directories);

    /// <summary>SIGKILL to every process in it and below, also frozen ones and those just being forked. Does not wait for their end.</summary>
    public void KillAll()
    {
        if (Entry.V2Directory is { } directory && Call("write", $"{directory}/cgroup.kill", "1") == 0)
        {
            return;
        }
        // Older than 5.14, or no v2 tree: nothing may fork between the list and the signals.
        bool stopped = Exists && TryFreeze();
        foreach (int pid in Pids())
        {
            Kernfs.Kill(pid, 9);
        }
        if (stopped)
        {
            Thaw();
        }
    }

    /// <summary>Host pids of the processes in it and below, ascending.</summary>
    public IReadOnlyList<int> Pids()
    {
        SortedSet<int> pids = [];
        foreach (string directory in Directories)
        {
            foreach (string at in Below(directory))
            {
                foreach (string line in (Kernfs.ReadText($"{at}/cgroup.procs", out _) ?? "").Split('\n'))
                {
                    if (int.TryParse(line, NumberStyles.None, CultureInfo.InvariantCulture, out int pid) && pid > 0)
                    {
                        pids.Add(pid);
                    }
                }
            }
        }
        return [.. pids];
    }

    /// <summary>Blocks until no process is left in it and below; false when the time is over.</summary>
    public bool WaitEmpty(TimeSpan limit)
    {
        Stopwatch clock = Stopwatch.StartNew();
        using SafeFileHandle? events = Entry.V2Directory is null ? null : Kernfs.Open($"{Entry.V2Directory}/cgroup.events", out _);
        Span<byte> text = stackalloc byte[256];
        while (true)
        {
            if (events is not null)
            {
                Kernfs.Read(events, text);   // arms the poll below
            }
            if (Pids().Count == 0)
            {
                return true;
            }
            int left = (int)(limit - clock.Elapsed).TotalMilliseconds;
            if (left <= 0)
            {
                return false;
            }
            if (events is not null)
            {
                Kernfs.WaitForChange(events, Math.Min(left, 20));   // at most 20: a process may be in a v1 hierarchy only
            }
            else
            {
                Kernfs.Nap(Math.Min(left, 2));
            }
        }
    }

    /// <summary>Removes it with all cgroups made inside, once their processes are gone; waits at most 10 s for that. What is gone already is no error. Throws <see cref="LinuxException"/> (EBUSY).</summary>
    public void Remove()
    {
        Stopwatch clock = Stopwatch.StartNew();
        foreach (string directory in Directories)
        {
            foreach (string at in Below(directory).Reverse())
            {
                while (Kernfs.RemoveDirectory(at) is var errno and not 0 and not Errno.ENOENT)
                {
                    TimeSpan left = TimeSpan.FromSeconds(10) - clock.Elapsed;
                    if (errno != Errno.EBUSY || left <= TimeSpan.Zero)
                    {
                        throw new LinuxException("rmdir", at, errno);
                    }
                    if (WaitEmpty(left))
                    {
                        Kernfs.Nap(1);   // the last process is being taken out
                    }
                }
            }
        }
    }

    private protected abstract bool TryFreeze();

    private protected abstract void Frozen(bool frozen);

    private protected int Write(string file, string value) => Call("write", file, value);

    private protected int Call(string call, string target, string value = "")
    {
        long start = Stopwatch.GetTimestamp();
        int errno = call == "mkdir" ? Kernfs.MakeDirectory(target) : Kernfs.Write(target, value);
        _onCall?.Invoke(new(call, target, value, errno, start, Stopwatch.GetTimestamp()));
        return errno;
    }

    /// <summary>The directory and all below it, parents first. A child may vanish while we look.</summary>
    private static IEnumerable<string> Below(string directory)
    {
        yield return directory;
        string[] children;
        try
        {
            children = Directory.GetDirectories(directory);
        }
        catch (IOException)
        {
            yield break;
        }
        foreach (string child in children.SelectMany(Below))
        {
            yield return child;
        }
    }
}
