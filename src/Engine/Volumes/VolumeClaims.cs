using System.Collections.Immutable;
using Brig.Engine.Events;
using Brig.Engine.State;
using Brig.Linux;

namespace Brig.Engine.Volumes;

/// <summary>The volumes of a container that is being made: those that are there are held, those that are missing are made, and come with the container's row or not at all.</summary>
internal sealed class VolumeClaims(VolumeTable table, VolumeFolders folders, EventLog events, TimeProvider time)
{
    /// <param name="names">Null: an anonymous one.</param>
    /// <exception cref="EngineException">Invalid: a name that cannot be.</exception>
    public async Task<VolumeClaim> TakeAsync(ImmutableArray<string?> names, string container, CancellationToken stop)
    {
        var claim = new VolumeClaim(table, folders, events);
        try
        {
            if (names.Any(name => name is not null && table.TryGet(name) is null))
            {
                claim.Making = await table.Names.TakeAsync(stop);
            }
            if (names.Length > 0)
            {
                await Task.Run(() => Fill(claim, names, $"container {container}, which is being made"), CancellationToken.None);
            }
            return claim;
        }
        catch (Exception e)
        {
            claim.Dispose();
            throw VolumeErrors.Sentence(e, "The volume could not be made");
        }
    }

    private void Fill(VolumeClaim claim, ImmutableArray<string?> names, string who)
    {
        foreach (string? name in names)
        {
            claim.Names.Add(name is null ? Make(claim, null) : claim.Names.Contains(name) ? name : HoldOrMake(claim, name, who));
        }
    }

    private string HoldOrMake(VolumeClaim claim, string name, string who)
    {
        if (table.TryHold(name, who) is not { } hold)
        {
            VolumeNames.Check(name);
            if (claim.Making is null)
            {
                throw EngineException.Conflict($"Volume {name} has just been removed; try again.");
            }
            return Make(claim, name);
        }
        claim.Holds.Add(hold);
        return name;
    }

    private string Make(VolumeClaim claim, string? name)
    {
        string id = VolumeNames.NewId();
        folders.Keep(folders.New(), id);
        var made = new Volume(id, name ?? id, name is null, VolumeKind.Folder, time.GetUtcNow()) { Path = folders.Data(id) };
        claim.Made.Add(made);
        return made.Name;
    }
}

/// <summary>Disposed, its holds end, and what was made and not kept is gone.</summary>
internal sealed class VolumeClaim(VolumeTable table, VolumeFolders folders, EventLog events) : IDisposable
{
    /// <summary>In the order asked.</summary>
    public List<string> Names { get; } = [];

    public List<VolumeHold> Holds { get; } = [];

    /// <summary>Nobody else makes a name meanwhile.</summary>
    public AsyncLock.Held? Making { get; set; }

    /// <summary>Without a row yet.</summary>
    public List<Volume> Made { get; } = [];

    /// <summary>Their rows; in a transaction of the caller's.</summary>
    public void Write(BrigDb db) => Made.ForEach(volume => VolumeRows.Add(db, volume));

    /// <summary>The rows are written, and the container is in its table.</summary>
    public void Kept()
    {
        foreach (var volume in Made)
        {
            table.Add(volume);
            events.Add(volume, "create");
        }
        Made.Clear();
    }

    public void Dispose()
    {
        Holds.ForEach(hold => hold.Dispose());
        Made.ForEach(volume => folders.Remove(volume.Id));
        Made.Clear();
        Making?.Dispose();
        Making = null;
    }
}
