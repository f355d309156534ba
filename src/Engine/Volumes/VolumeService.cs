using System.Collections.Immutable;
using Brig.Engine.Events;
using Brig.Engine.Images;
using Brig.Linux.Trees;

namespace Brig.Engine.Volumes;

internal sealed class VolumeService(
    VolumeTable table, VolumeRows rows, VolumeFolders folders, VolumeMaker maker, VolumeMeasurer measurer, VolumeSnapshots snapshots, TmpfsVolumes memory, EventLog events) : IVolumes
{
    public ImmutableArray<Volume> List()
    {
        measurer.Wake();
        return table.List();
    }

    public Live<Volume, VolumeChange> Follow()
    {
        measurer.Wake();
        return table.Follow();
    }

    public Volume Get(string name)
    {
        var volume = table.Get(name);
        measurer.Wake();
        return volume;
    }

    public Task<Volume> CreateAsync(VolumeSpec spec, CancellationToken stop = default) => maker.MakeAsync(spec, null, "create", stop);

    public async Task RemoveAsync(string name, CancellationToken stop = default)
    {
        using var naming = await table.Names.TakeAsync(stop);
        await RemoveTakenAsync([table.Take(name)]);
    }

    public async Task<VolumePruneReport> PruneAsync(VolumePrune which, CancellationToken stop = default)
    {
        var labels = which.Labels.IsDefault ? [] : which.Labels;
        using var naming = await table.Names.TakeAsync(stop);
        var taken = table.TakeUnused(volume => (which.All || volume.Anonymous) && labels.All(label => HasLabel(volume, label)) && !which.NotLabels.Any(label => HasLabel(volume, label)));
        if (taken.Length == 0)
        {
            return new([], 0);
        }
        long freed = await Task.Run(() => taken.Where(entry => entry.Now.Kind != VolumeKind.Bind).Sum(entry => SizeOf(folders.Of(entry.Now.Id))), CancellationToken.None);
        await RemoveTakenAsync(taken);
        return new([.. taken.Select(entry => entry.Now.Name)], freed);
    }

    public async Task<Volume> MeasureAsync(string name, CancellationToken stop = default)
    {
        await measurer.MeasureAsync(name, stop);
        return table.Get(name);
    }

    public Task<VolumeSnapshot> SnapshotAsync(string name, string? snapshot = null, CancellationToken stop = default) => snapshots.TakeAsync(name, snapshot, stop);

    public Task RemoveSnapshotAsync(string name, string snapshot, CancellationToken stop = default) => snapshots.RemoveAsync(name, snapshot);

    public Task<Volume> RestoreAsync(string name, string snapshot, VolumeSpec to, CancellationToken stop = default) => snapshots.RestoreAsync(name, snapshot, to, stop);

    public async Task<Volume> CloneAsync(string name, VolumeSpec to, CancellationToken stop = default)
    {
        using var hold = table.Hold(name, "a copy");
        memory.Mount(hold.Volume);
        return await maker.MakeAsync(to, data => TreeCopy.Copy(hold.Volume.Path, data, stop, bytes => DiskRoom.Check(data, bytes)), "clone", stop);
    }

    public async Task ExportAsync(string name, Stream to, CancellationToken stop = default)
    {
        using var hold = table.Hold(name, "an export");
        memory.Mount(hold.Volume);
        try
        {
            await Piping.OutAsync(pipe => TreeTar.Write(hold.Volume.Path, pipe, new() { Whiteouts = false, Root = true }, stop), to, stop);
        }
        catch (Exception e)
        {
            throw VolumeErrors.Sentence(e, $"Volume {name} could not be exported");
        }
        events.Add(hold.Volume, "export");
    }

    public async Task<Volume> ImportAsync(VolumeSpec to, Stream tar, CancellationToken stop = default)
    {
        await using var pumped = new PumpedStream(tar, stop);
        return await maker.MakeAsync(to, data => VolumeImport.Unpack(pumped, data, stop), "import", stop);
    }

    private async Task RemoveTakenAsync(ImmutableArray<VolumeEntry> taken)
    {
        try
        {
            await rows.RemoveAsync([.. taken.Select(entry => entry.Now)]);
        }
        catch
        {
            Array.ForEach([.. taken], table.PutBack);
            throw;
        }
        foreach (var entry in taken)
        {
            folders.Remove(entry.Now.Id);
            events.Add(entry.Now, "remove");
        }
    }

    private static bool HasLabel(Volume volume, string label) => label.Split('=', 2) is var parts
        && volume.Labels.TryGetValue(parts[0], out string? value) && (parts.Length == 1 || parts[1] == value);

    private static long SizeOf(string folder)
    {
        try
        {
            return TreeSize.Of(folder, CancellationToken.None).Bytes;
        }
        catch (Linux.LinuxException)
        {
            return 0;
        }
    }
}
