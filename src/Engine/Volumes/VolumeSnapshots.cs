using System.Globalization;
using Brig.Engine.Events;
using Brig.Linux;
using Brig.Linux.Trees;

namespace Brig.Engine.Volumes;

/// <summary>The files of a volume as they were. One is copied in the trash and renamed to its place; its row comes last.</summary>
internal sealed class VolumeSnapshots(VolumeTable table, VolumeRows rows, VolumeFolders folders, TmpfsVolumes memory, VolumeMaker maker, EnginePaths paths, EventLog events, TimeProvider time)
{
    private readonly KeyedLocks _locks = new();

    public async Task<VolumeSnapshot> TakeAsync(string name, string? asked, CancellationToken stop)
    {
        using var hold = table.Hold(name, "a snapshot");
        var volume = hold.Volume;
        if (volume.Kind == VolumeKind.Bind)
        {
            throw EngineException.Invalid($"Volume {name} is the machine's folder {volume.Path}, of which Brig keeps no snapshots; clone it into a volume of Brig's own.");
        }
        using var held = await _locks.TakeAsync(volume.Id, stop);
        var now = time.GetUtcNow();
        string called = asked ?? now.UtcDateTime.ToString("yyyy-MM-dd-HHmmss", CultureInfo.InvariantCulture);
        VolumeNames.Check(called, "snapshot");
        if (table.Get(name).Snapshots.Any(one => one.Name == called))
        {
            throw EngineException.Conflict($"Volume {name} has a snapshot \"{called}\" already; choose another name.");
        }
        memory.Mount(volume);
        string id = VolumeNames.NewId(), half = $"{paths.Trash}/snapshot-{id}";
        try
        {
            var copied = await OwnThread.RunAsync(() => Copy(volume, id, half, stop));
            var running = table.Get(name).UsedBy.Where(use => use is { Running: true, ReadOnly: false }).Select(use => use.Container).Distinct();
            var made = new VolumeSnapshot(id, called, now, copied.Bytes, copied.Files, [.. running]);
            await rows.AddSnapshotAsync(volume.Id, made, stop);
            table.Replace(name, old => old with { Snapshots = old.Snapshots.Add(made) });
            events.Add(volume, "snapshot", ("snapshot", called));
            return made;
        }
        catch (Exception e)
        {
            Trash.Delete(half);
            Trash.Take(paths, folders.Snapshot(volume.Id, id));
            throw VolumeErrors.Sentence(e, $"The snapshot of volume {name} could not be taken");
        }
    }

    public async Task<Volume> RestoreAsync(string name, string snapshot, VolumeSpec to, CancellationToken stop)
    {
        using var hold = table.Hold(name, "a restore");
        using var held = await _locks.TakeAsync(hold.Volume.Id, stop);
        string folder = folders.Snapshot(hold.Volume.Id, Find(table.Get(name), snapshot).Id);
        return await maker.MakeAsync(to, data => TreeCopy.Copy(folder, data, stop, bytes => DiskRoom.Check(data, bytes)), "restore", stop);
    }

    public async Task RemoveAsync(string name, string snapshot)
    {
        var volume = table.Get(name);
        using var held = await _locks.TakeAsync(volume.Id, CancellationToken.None);
        var one = Find(table.Get(name), snapshot);
        await rows.RemoveSnapshotAsync(one.Id);
        table.Replace(name, old => old with { Snapshots = old.Snapshots.RemoveAll(other => other.Id == one.Id) });
        Trash.Take(paths, folders.Snapshot(volume.Id, one.Id));
        events.Add(volume, "remove-snapshot", ("snapshot", one.Name));
    }

    /// <exception cref="EngineException">NotFound.</exception>
    public static VolumeSnapshot Find(Volume volume, string snapshot) =>
        volume.Snapshots.FirstOrDefault(one => one.Name == snapshot || one.Id == snapshot)
        ?? throw EngineException.NotFound($"Volume {volume.Name} has no snapshot \"{Text.Short(snapshot)}\".{Near.Hint(snapshot, volume.Snapshots.Select(one => one.Name))}");

    private CopiedTree Copy(Volume volume, string id, string half, CancellationToken stop)
    {
        Directory.CreateDirectory(half);
        var copied = TreeCopy.Copy(volume.Path, half, stop, bytes => DiskRoom.Check(half, bytes));
        DiskSync.FileSystemOf(half);
        string place = folders.Snapshot(volume.Id, id);
        string above = Path.GetDirectoryName(place)!;
        Directory.CreateDirectory(above);
        Directory.Move(half, place);
        DiskSync.Folder(above);
        DiskSync.Folder(folders.Of(volume.Id));
        return copied;
    }
}
