using Brig.Linux;

namespace Brig.Engine.Volumes;

/// <summary>Brings together the rows and the folders when the engine starts.</summary>
internal sealed class VolumeBook(VolumeTable table, VolumeRows rows, VolumeFolders folders, CopyUp copyUp, EnginePaths paths)
{
    public void Open()
    {
        var (volumes, snapshots) = rows.All();
        var bySnapshot = snapshots.ToLookup(row => row.VolumeId);
        try
        {
            folders.Open(volumes.Select(row => row.Id).ToHashSet());
            foreach (var row in volumes)
            {
                copyUp.Finish(row.Id);
                Forget(row.Id, [.. bySnapshot[row.Id].Select(one => one.Id)]);
            }
        }
        catch (Exception e) when (e is LinuxException or IOException)
        {
            throw VolumeErrors.Sentence(e, "The volumes cannot be opened");
        }
        foreach (var row in volumes)
        {
            table.Add(VolumeRows.ToVolume(row, bySnapshot[row.Id], folders.Data(row.Id)));
        }
    }

    /// <summary>Snapshots without a row.</summary>
    private void Forget(string id, HashSet<string> known)
    {
        string folder = folders.Of(id) + "/snapshots";
        foreach (string left in Directory.Exists(folder) ? Directory.GetDirectories(folder) : [])
        {
            if (!known.Contains(Path.GetFileName(left)))
            {
                Trash.Take(paths, left);
            }
        }
    }
}
