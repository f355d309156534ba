using System.Collections.Concurrent;
using Brig.Linux;
using Brig.Linux.Trees;

namespace Brig.Engine.Volumes;

/// <summary>Volumes in memory: mounted on their folder when somebody needs them first, filled before anybody sees them, there until they are removed.</summary>
internal sealed class TmpfsVolumes(VolumeFolders folders)
{
    private readonly ConcurrentDictionary<string, Lock> _locks = new();

    /// <summary>Does nothing to a volume of another kind, or one that is there.</summary>
    /// <param name="from">A directory whose content a new one begins with; null: it begins empty.</param>
    public void Mount(Volume volume, string? from = null)
    {
        if (volume.Kind != VolumeKind.Tmpfs)
        {
            return;
        }
        string folder = folders.Data(volume.Id);
        lock (_locks.GetOrAdd(volume.Id, _ => new()))
        {
            if (TmpfsMount.IsOn(folder))
            {
                return;
            }
            try
            {
                var options = Backing.Parse(volume.Options).TmpfsOptions;
                using var made = TmpfsMount.Make(options.Any(option => option.Name == "mode") ? options : [.. options, ("mode", "0755")]);
                if (from is not null)
                {
                    TreeCopy.Copy(from, made.Path, CancellationToken.None);
                }
                made.On(folder);
            }
            catch (LinuxException e)
            {
                throw EngineException.Invalid($"Volume {volume.Name} cannot be made in memory: {e.Message}.");
            }
        }
    }
}
