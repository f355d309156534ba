using Brig.Engine.Volumes;
using static Brig.Web.Resources.Text;

namespace Brig.Web.Components.Parts.Volumes;

internal static class VolumeVerbs
{
    /// <summary>What it is called where there is little room: of a name nobody chose the beginning.</summary>
    public static string Title(Volume volume) => volume.Anonymous ? volume.Name[..Math.Min(12, volume.Name.Length)] : volume.Name;

    /// <summary>Asks, saying what is lost; the engine's own sentence says by whom it is used.</summary>
    /// <returns>Whether it is gone.</returns>
    public static async Task<bool> RemoveAsync(Verbs verbs, IVolumes volumes, Volume volume) =>
        await verbs.AskAsync(T("volumes.askRemove", Title(volume)), Loses(volume), T("volumes.remove"))
        && await verbs.TryAsync(T("verb.failed", T("volumes.remove")), () => volumes.RemoveAsync(volume.Name));

    private static string Loses(Volume volume)
    {
        var what = volume.Kind == VolumeKind.Bind ? T("volumes.removeKeeps", volume.Path)
            : volume.Size is { } size ? T("volumes.removeLosesThis", Format.Bytes(size.Bytes), size.Files) : T("volumes.removeLoses");
        return volume.Snapshots.IsEmpty ? what : what + " " + Count("volumes.removeSnapshots", volume.Snapshots.Length);
    }
}
