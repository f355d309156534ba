using Brig.Engine.Events;

namespace Brig.Engine.Volumes;

/// <summary>Makes volumes: empty, or with files that somebody puts in before anybody sees it.</summary>
internal sealed class VolumeMaker(VolumeTable table, VolumeRows rows, VolumeFolders folders, EventLog events, TimeProvider time)
{
    /// <param name="fill">Gets the folder for its files, empty, root's and 0755. Null: it stays so.</param>
    public async Task<Volume> MakeAsync(VolumeSpec spec, Action<string>? fill, string action, CancellationToken stop)
    {
        string id = VolumeNames.NewId();
        string name = spec.Name ?? id;
        VolumeNames.Check(name);
        if (spec.Labels.Keys.Any(string.IsNullOrWhiteSpace))
        {
            throw EngineException.Invalid("A label has no name.");
        }
        var backing = Backing.Parse(spec.Options);
        if (fill is not null && backing.Kind != VolumeKind.Folder)
        {
            throw EngineException.Invalid("A volume that begins with files lies in a folder of Brig's own; leave out the options.");
        }
        if (table.TryGet(name) is not null)
        {
            Taken(name);    // before much is copied for nothing
        }
        string made = await Task.Run(() => Filled(fill), stop);
        try
        {
            using var naming = await table.Names.TakeAsync(stop);
            if (table.TryGet(name) is not null)
            {
                Taken(name);
            }
            await Task.Run(() => folders.Keep(made, id), CancellationToken.None);
            var volume = new Volume(id, name, spec.Anonymous || spec.Name is null, backing.Kind, time.GetUtcNow()) { Labels = spec.Labels, Options = spec.Options, Path = backing.Device ?? folders.Data(id) };
            await rows.AddAsync(volume, stop);
            table.Add(volume);
            events.Add(volume, action);
            return volume;
        }
        catch (Exception e)
        {
            Trash.Delete(made);
            folders.Remove(id);
            throw VolumeErrors.Sentence(e, $"Volume {name} could not be made");
        }
    }

    private string Filled(Action<string>? fill)
    {
        string made = "";
        try
        {
            made = folders.New();
            if (fill is not null)
            {
                fill(made + "/data");
                Linux.DiskSync.FileSystemOf(made);
            }
            return made;
        }
        catch (Exception e)
        {
            if (made.Length > 0)
            {
                Trash.Delete(made);
            }
            throw VolumeErrors.Sentence(e, "The volume could not be made");
        }
    }

    private static void Taken(string name) => throw EngineException.Conflict($"There is a volume \"{name}\" already; use it, remove it, or choose another name.");
}
