using Brig.Engine.Events;

namespace Brig.Engine.Volumes;

/// <summary>Anonymous volumes that go with their container: their rows in its own commit, their files after it.</summary>
internal sealed class VolumeRemovals(VolumeTable table, VolumeFolders folders, EventLog events)
{
    /// <param name="names">Of the volumes it has.</param>
    public GoingVolumes Take(string container, IReadOnlyCollection<string> names)
    {
        var taken = names.Count == 0 ? [] : table.TakeUnused(volume => volume.Anonymous && names.Contains(volume.Name), container);
        return new([.. taken.Select(entry => entry.Now)], () => Array.ForEach([.. taken], table.PutBack), Delete);
    }

    private void Delete(Volume volume)
    {
        folders.Remove(volume.Id);
        events.Add(volume, "remove");
    }
}

/// <summary>Out of the table; now either their rows are deleted too, or they come back.</summary>
internal sealed class GoingVolumes(IReadOnlyCollection<Volume> volumes, Action putBack, Action<Volume> delete)
{
    public IReadOnlyCollection<Volume> Volumes { get; } = volumes;

    public void PutBack() => putBack();

    public void Delete()
    {
        foreach (var volume in Volumes)
        {
            delete(volume);
        }
    }
}
