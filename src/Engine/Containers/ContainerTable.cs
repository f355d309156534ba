using System.Collections.Immutable;
using System.Diagnostics.CodeAnalysis;
using Brig.Engine.Images;
using Brig.Engine.Volumes;

namespace Brig.Engine.Containers;

/// <summary>Every container there is, by id and by name, and those who follow the changes: one lock for all of it.</summary>
internal sealed class ContainerTable : IImageUsers, IVolumeUsers
{
    private readonly Lock _gate = new();
    private readonly Dictionary<ContainerId, ContainerEntry> _byId = [];
    private readonly Dictionary<string, ContainerId> _byName = [];
    private readonly Feed<ContainerChange> _feed;

    public ContainerTable() => _feed = new(_gate);

    public ImmutableArray<Container> List()
    {
        lock (_gate)
        {
            return Ordered();
        }
    }

    public ImmutableArray<string> UsersOf(string digest)
    {
        lock (_gate)
        {
            return [.. _byId.Values.Select(entry => entry.Now).Where(container => container.ImageDigest == digest).Select(container => container.Name)];
        }
    }

    public ILookup<string, VolumeUse> VolumeUses()
    {
        lock (_gate)
        {
            return _byId.Values.Select(entry => entry.Now)
                .SelectMany(container => container.Spec.Mounts.Where(mount => mount is { Kind: MountKind.Volume, Source: not null }), (container, mount) => (container, mount))
                .ToLookup(use => use.mount.Source!, use => new VolumeUse(
                    use.container.Id.Value, use.container.Name, use.mount.Target, use.mount.ReadOnly, use.container.State.Status is ContainerStatus.Running or ContainerStatus.Paused));
        }
    }

    public ImmutableArray<ContainerEntry> Entries()
    {
        lock (_gate)
        {
            return [.. _byId.Values];
        }
    }

    public Live<Container, ContainerChange> Follow()
    {
        lock (_gate)
        {
            return _feed.Follow(Ordered());
        }
    }

    /// <summary>By id, by name, by an unambiguous start of the id: in this order.</summary>
    /// <exception cref="EngineException">NotFound, or Conflict when several ids start so.</exception>
    /// <param name="what">What is looked for, as the error calls it.</param>
    public ContainerEntry Find(string idOrName, string what = "container")
    {
        lock (_gate)
        {
            if (_byId.TryGetValue(new(idOrName), out var entry))
            {
                return entry;
            }
            if (_byName.TryGetValue(idOrName, out var id) && _byId.TryGetValue(id, out entry))
            {
                return entry;
            }
            var starting = idOrName.Length == 0 ? [] : _byId.Values.Where(e => e.Id.Value.StartsWith(idOrName, StringComparison.Ordinal)).Take(2).ToArray();
            return starting.Length switch
            {
                1 => starting[0],
                0 => throw EngineException.NotFound($"There is no {what} \"{idOrName}\".{Near.Hint(idOrName, _byName.Keys)}"),
                _ => throw EngineException.Conflict($"More than one container's id starts with {idOrName}; give more digits."),
            };
        }
    }

    public bool TryGet(ContainerId id, [NotNullWhen(true)] out ContainerEntry? entry)
    {
        lock (_gate)
        {
            return _byId.TryGetValue(id, out entry);
        }
    }

    /// <summary>Claims a name before anything is made under it; <see cref="ReleaseName"/> when nothing comes of it.</summary>
    /// <param name="asked">Null: one is made up.</param>
    public string ClaimName(string? asked, ContainerId id)
    {
        lock (_gate)
        {
            string name = asked ?? Names.Generate(_byName.ContainsKey);
            if (!_byName.TryAdd(name, id))
            {
                throw EngineException.Conflict($"The name \"{name}\" is in use by container {_byName[name].Short}; remove or rename that one, or choose another name.");
            }
            return name;
        }
    }

    public void ReleaseName(string name, ContainerId id)
    {
        lock (_gate)
        {
            if (_byName.TryGetValue(name, out var holder) && holder == id)
            {
                _byName.Remove(name);
            }
        }
    }

    /// <summary>Its name must have been claimed.</summary>
    public ContainerEntry Add(Container container)
    {
        var entry = new ContainerEntry(container);
        lock (_gate)
        {
            _byId.Add(container.Id, entry);
            _feed.Publish(new(container.Id, container));
        }
        return entry;
    }

    /// <summary>The one way a container changes.</summary>
    public Container Replace(ContainerEntry entry, Func<Container, Container> change)
    {
        lock (_gate)
        {
            var now = change(entry.Now) with { Version = entry.Now.Version + 1 };
            entry.Now = now;
            _feed.Publish(new(entry.Id, now));
            return now;
        }
    }

    public void Remove(ContainerEntry entry)
    {
        lock (_gate)
        {
            _byId.Remove(entry.Id);
            _byName.Remove(entry.Now.Name);
            _feed.Publish(new(entry.Id, null));
        }
    }

    private ImmutableArray<Container> Ordered() => [.. _byId.Values.Select(e => e.Now).OrderBy(c => c.CreatedAt)];
}
