using System.Collections.Immutable;

namespace Brig.Engine.Volumes;

/// <summary>
/// Every volume there is, who holds it, and those who follow: one lock for all of it. What is to be removed leaves the table first, so that nobody can begin to use it,
/// and comes back when nothing came of it.
/// </summary>
internal sealed class VolumeTable
{
    private readonly Lock _gate = new();
    private readonly SortedDictionary<string, VolumeEntry> _byName = new(StringComparer.Ordinal);
    private readonly Feed<VolumeChange> _feed;
    private readonly IVolumeUsers _users;

    public VolumeTable(IVolumeUsers users)
    {
        _feed = new(_gate);
        _users = users;
    }

    /// <summary>Held by whoever makes or removes a name, from the look at the table until the row is written.</summary>
    public AsyncLock Names { get; } = new();

    public ImmutableArray<Volume> List()
    {
        lock (_gate)
        {
            return All();
        }
    }

    public Live<Volume, VolumeChange> Follow()
    {
        lock (_gate)
        {
            return _feed.Follow(All());
        }
    }

    /// <exception cref="EngineException">NotFound.</exception>
    public Volume Get(string name)
    {
        lock (_gate)
        {
            var now = Entry(name).Now;
            return now with { UsedBy = [.. _users.VolumeUses()[name]] };
        }
    }

    public Volume? TryGet(string name)
    {
        lock (_gate)
        {
            return _byName.GetValueOrDefault(name)?.Now;
        }
    }

    /// <exception cref="EngineException">Conflict.</exception>
    public void Add(Volume volume)
    {
        lock (_gate)
        {
            if (!_byName.TryAdd(volume.Name, new(volume)))
            {
                throw EngineException.Conflict($"There is a volume \"{volume.Name}\" already; use it, remove it, or choose another name.");
            }
            _feed.Publish(new(volume.Name, volume));
        }
    }

    /// <summary>It stays for as long as this is not disposed.</summary>
    /// <param name="who">As in "is in use by …".</param>
    public VolumeHold Hold(string name, string who)
    {
        lock (_gate)
        {
            var entry = Entry(name);
            entry.Holders.Add(who);
            return new(entry.Now, () => Release(entry, who));
        }
    }

    /// <summary>The same; null: there is none of this name.</summary>
    public VolumeHold? TryHold(string name, string who)
    {
        lock (_gate)
        {
            return _byName.ContainsKey(name) ? Hold(name, who) : null;
        }
    }

    /// <exception cref="EngineException">Conflict, naming who has it.</exception>
    public VolumeEntry Take(string name)
    {
        lock (_gate)
        {
            var entry = Entry(name);
            string[] using_ = [.. _users.VolumeUses()[name].Select(use => "container " + use.Container).Distinct(), .. entry.Holders.Distinct()];
            if (using_.Length > 0)
            {
                throw EngineException.Conflict(
                    $"Volume {name} is in use by {string.Join(", ", using_.Take(5))}{(using_.Length > 5 ? $" and {using_.Length - 5} more" : "")}; remove {(using_.Length == 1 ? "that" : "those")} first.");
            }
            Leave(entry);
            return entry;
        }
    }

    /// <summary>Those that may go now, taken out all at once: nobody has them but perhaps one container.</summary>
    public ImmutableArray<VolumeEntry> TakeUnused(Func<Volume, bool> which, string? butContainer = null)
    {
        lock (_gate)
        {
            var uses = _users.VolumeUses();
            VolumeEntry[] free = [.. _byName.Values.Where(entry => entry.Holders.Count == 0 && which(entry.Now) && uses[entry.Now.Name].All(use => use.ContainerId == butContainer))];
            Array.ForEach(free, Leave);
            return [.. free];
        }
    }

    /// <summary>Nothing came of its removal.</summary>
    public void PutBack(VolumeEntry entry)
    {
        lock (_gate)
        {
            _byName[entry.Now.Name] = entry;
            _feed.Publish(new(entry.Now.Name, entry.Now));
        }
    }

    /// <summary>The one way a volume changes. One that has gone does not.</summary>
    public void Replace(string name, Func<Volume, Volume> change, TimeSpan? measuring = null)
    {
        lock (_gate)
        {
            if (_byName.TryGetValue(name, out var entry))
            {
                entry.Now = change(entry.Now);
                entry.Measuring = measuring ?? entry.Measuring;
                _feed.Publish(new(name, entry.Now));
            }
        }
    }

    /// <summary>Those whose size is older than it should be: what took long to measure is measured less often.</summary>
    public ImmutableArray<string> Stale(DateTimeOffset now, TimeSpan fresh)
    {
        lock (_gate)
        {
            return [.. _byName.Values.Where(entry => entry.Now.Size is not { } size || now - size.MeasuredAt > fresh + entry.Measuring * 20).Select(entry => entry.Now.Name)];
        }
    }

    private void Leave(VolumeEntry entry)
    {
        _byName.Remove(entry.Now.Name);
        _feed.Publish(new(entry.Now.Name, null));
    }

    private void Release(VolumeEntry entry, string who)
    {
        lock (_gate)
        {
            entry.Holders.Remove(who);
        }
    }

    private VolumeEntry Entry(string name) =>
        _byName.GetValueOrDefault(name) ?? throw EngineException.NotFound($"There is no volume \"{Text.Short(name)}\".{Near.Hint(name, _byName.Keys)}");

    private ImmutableArray<Volume> All()
    {
        var uses = _users.VolumeUses();
        return [.. _byName.Values.Select(entry => entry.Now with { UsedBy = [.. uses[entry.Now.Name]] })];
    }
}

/// <summary>A volume that cannot be removed while this is not disposed.</summary>
internal sealed class VolumeHold(Volume volume, Action release) : IDisposable
{
    private Action? _release = release;

    public Volume Volume { get; } = volume;

    public void Dispose() => Interlocked.Exchange(ref _release, null)?.Invoke();
}
