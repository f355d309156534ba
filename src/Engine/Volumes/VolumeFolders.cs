using Brig.Linux;
using Brig.Linux.Trees;

namespace Brig.Engine.Volumes;

/// <summary>
/// BRIG_ROOT/volumes/&lt;id&gt;: for root alone, because what a container's root makes in it is root's here, set-user-id bits and all.
/// <code>
/// data/             its files
/// snapshots/&lt;id&gt;/   files as they were
/// filling/ ready/   the image's content on its way into data
/// </code>
/// </summary>
internal sealed class VolumeFolders(EnginePaths paths)
{
    private const UnixFileMode Own = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute;
    private const UnixFileMode Usual = Own | UnixFileMode.GroupRead | UnixFileMode.GroupExecute | UnixFileMode.OtherRead | UnixFileMode.OtherExecute;

    public string Of(string id) => $"{paths.Volumes}/{id}";

    public string Data(string id) => Of(id) + "/data";

    public string Snapshot(string id, string snapshot) => $"{Of(id)}/snapshots/{snapshot}";

    /// <summary>What a killed engine left of volumes that have no row.</summary>
    public void Open(IReadOnlySet<string> known)
    {
        Directory.CreateDirectory(paths.Volumes);
        File.SetUnixFileMode(paths.Volumes, Own);
        foreach (string folder in Directory.GetDirectories(paths.Volumes).Where(folder => !known.Contains(Path.GetFileName(folder))))
        {
            Remove(Path.GetFileName(folder));
        }
    }

    /// <summary>Half made in the trash, until <see cref="Keep"/>: who is killed before leaves nothing.</summary>
    /// <returns>Its <c>data</c> is empty, root's and 0755.</returns>
    public string New()
    {
        string folder = $"{paths.Trash}/volume-{VolumeNames.NewId()}";
        Directory.CreateDirectory(folder, Own);
        Directory.CreateDirectory(folder + "/data");
        File.SetUnixFileMode(folder + "/data", Usual);
        return folder;
    }

    /// <summary>From here on it survives a power cut.</summary>
    public void Keep(string made, string id)
    {
        DiskSync.Folder(made);
        Directory.Move(made, Of(id));
        DiskSync.Folder(paths.Volumes);
    }

    public void Remove(string id)
    {
        TmpfsMount.Unmount(Data(id));
        Trash.Take(paths, Of(id));
    }
}
