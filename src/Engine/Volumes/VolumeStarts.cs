using System.Collections.Immutable;
using Brig.Linux;
using Brig.Linux.Trees;

namespace Brig.Engine.Volumes;

/// <param name="Target">An absolute path inside.</param>
/// <param name="Fills">What the image has there may become its content.</param>
internal sealed record VolumeMount(string Name, string Target, bool Fills);

/// <summary>Makes the volumes of a container ready for its start.</summary>
internal sealed class VolumeStarts(VolumeTable table, VolumeFolders folders, TmpfsVolumes memory, CopyUp copyUp)
{
    /// <param name="layers">The image's, the lowest first.</param>
    /// <param name="first">It never ran before.</param>
    /// <exception cref="EngineException">A volume is not there any more, or cannot be filled.</exception>
    public async Task PrepareAsync(ImmutableArray<VolumeMount> mounts, ImmutableArray<string> layers, bool first)
    {
        LayerView? view = null;
        try
        {
            foreach (var mount in mounts)
            {
                var volume = table.TryGet(mount.Name) ?? throw EngineException.NotFound($"The volume {mount.Name} of the mount on {mount.Target} is not there any more.");
                try
                {
                    await OneAsync(volume, mount, first, () => Content(view ??= LayerView.Open(layers), mount.Target));
                }
                catch (Exception e) when (e is LinuxException or IOException)
                {
                    throw VolumeErrors.Sentence(e, $"Volume {mount.Name} could not be filled with what the image has on {mount.Target}");
                }
            }
        }
        finally
        {
            view?.Dispose();
        }
    }

    /// <summary>The folder that is mounted; whether it is for reading only whatever the mount says.</summary>
    public (string Path, bool ReadOnly) Place(string name)
    {
        var volume = table.TryGet(name) ?? throw EngineException.NotFound($"There is no volume {name} any more.");
        return volume.Kind == VolumeKind.Folder ? (volume.Path, false) : (volume.Path, Backing.Parse(volume.Options).ReadOnly);
    }

    private async Task OneAsync(Volume volume, VolumeMount mount, bool first, Func<string?> content)
    {
        switch (volume.Kind)
        {
            case VolumeKind.Tmpfs when !TmpfsMount.IsOn(folders.Data(volume.Id)):
                await OwnThread.RunAsync(() =>
                {
                    memory.Mount(volume, mount.Fills ? content() : null);
                    return true;
                });
                break;
            case VolumeKind.Folder when first && mount.Fills && TreeFill.IsEmpty(volume.Path):
                await copyUp.FillAsync(volume, content());
                break;
            case VolumeKind.Folder when Directory.Exists(folders.Of(volume.Id) + "/ready"):
                await copyUp.FillAsync(volume, null);
                break;
        }
    }

    /// <summary>A directory of the image, links on the way followed in the image's root; null: none is there.</summary>
    private static string? Content(LayerView view, string target) => view.Find(target) is { IsDirectory: true } found ? found.Path.Length == 0 ? view.Root : $"{view.Root}/{found.Path}" : null;
}
