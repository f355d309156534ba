using System.Collections.Immutable;

namespace Brig.Engine.Volumes;

/// <summary>
/// Files that outlive containers. A volume is named by its name. All throw <see cref="EngineException"/>: NotFound for a name nobody has, Conflict for one that is taken or in use.
/// </summary>
public interface IVolumes
{
    /// <summary>By name. What was not measured lately is measured meanwhile, and told by <see cref="Follow"/>.</summary>
    ImmutableArray<Volume> List();

    Live<Volume, VolumeChange> Follow();

    Volume Get(string name);

    /// <summary>On the disk when it returns. Invalid: a name or an option that cannot be. Conflict: the name is taken.</summary>
    Task<Volume> CreateAsync(VolumeSpec spec, CancellationToken stop = default);

    /// <summary>With all its files and snapshots. Conflict, naming by whom, while a container has it, running or not.</summary>
    Task RemoveAsync(string name, CancellationToken stop = default);

    Task<VolumePruneReport> PruneAsync(VolumePrune which, CancellationToken stop = default);

    /// <summary>Measures now.</summary>
    Task<Volume> MeasureAsync(string name, CancellationToken stop = default);

    /// <summary>Keeps the files as they are: sharing the disk's blocks where the file system can, else as a copy.</summary>
    /// <param name="snapshot">Its name; null: the time.</param>
    Task<VolumeSnapshot> SnapshotAsync(string name, string? snapshot = null, CancellationToken stop = default);

    Task RemoveSnapshotAsync(string name, string snapshot, CancellationToken stop = default);

    /// <summary>A new volume with a snapshot's files; the old one stays as it is.</summary>
    Task<Volume> RestoreAsync(string name, string snapshot, VolumeSpec to, CancellationToken stop = default);

    /// <summary>A new volume with the files of this one as they are now.</summary>
    Task<Volume> CloneAsync(string name, VolumeSpec to, CancellationToken stop = default);

    /// <summary>All its files as a tar.</summary>
    Task ExportAsync(string name, Stream to, CancellationToken stop = default);

    /// <summary>A new volume with the files of a tar (plain, gzip or zstd); nothing of it is there until all is. Invalid: a name that leads outside, a device.</summary>
    Task<Volume> ImportAsync(VolumeSpec to, Stream tar, CancellationToken stop = default);
}
