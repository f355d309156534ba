using System.Security.Cryptography;
using System.Text;
using Brig.Engine.Events;
using Brig.Engine.Images;
using Brig.Linux;
using Brig.Linux.Tar;
using Brig.Linux.Trees;

namespace Brig.Engine.Volumes;

internal sealed class VolumeFiles(VolumeTable table, TmpfsVolumes memory, EnginePaths paths, EventLog events) : IVolumeFiles
{
    private const int MostListed = 10_000;

    public Task<VolumeFolder> ListAsync(string name, string path, CancellationToken stop = default) => UseAsync(name, path, (root, at, _) =>
    {
        var (found, more) = root.List(at, MostListed);
        string above = at.IsRoot ? "/" : $"/{at}/";
        return new VolumeFolder([.. found.Select(one => File(above, one.Name, one.Node))], more);
    });

    public Task<VolumeFile> StatAsync(string name, string path, CancellationToken stop = default) => UseAsync(name, path, (root, at, _) => Stat(root, at));

    public Task<FileStream> OpenAsync(string name, string path, CancellationToken stop = default) => UseAsync(name, path, (root, at, _) => root.OpenFile(at));

    public async Task PutAsync(string name, string path, Stream content, CancellationToken stop = default)
    {
        await using var pumped = new PumpedStream(content, stop);
        await ChangeAsync(name, path, "copy-in", (root, at, volume) => GuestFile.Put(root, at, pumped, bytes => DiskRoom.Check(volume.Path, bytes), stop));
    }

    public Task MakeFolderAsync(string name, string path, CancellationToken stop = default) => ChangeAsync(name, path, "copy-in", (root, at, _) => GuestFile.MakeDirectory(root, at));

    public Task RemoveAsync(string name, string path, CancellationToken stop = default) => ChangeAsync(name, path, "remove-file", (root, at, volume) =>
    {
        // Into the trash, where nobody can put anything into it while it is deleted; on a file system of its own into a folder there.
        string aside = volume.Kind == VolumeKind.Folder ? paths.Trash : volume.Path;
        string folder = $"{aside}/.brig-removed-{Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(8))}";
        Directory.CreateDirectory(folder, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        try
        {
            GuestFile.MoveOut(root, at, folder);
        }
        finally
        {
            Trash.Delete(folder);
        }
    });

    public async Task ReadAsync(string name, string path, Stream to, CancellationToken stop = default)
    {
        using var hold = table.Hold(name, "a download");
        try
        {
            var at = Parsed(path);
            using var root = Root(hold.Volume);
            await Piping.OutAsync(pipe => root.Read(at, pipe, stop), to, stop);
        }
        catch (Exception e)
        {
            throw VolumeFileErrors.Sentence(e, name);
        }
        events.Add(hold.Volume, "copy-out", ("path", Text.Short(path)));
    }

    public async Task WriteAsync(string name, string path, Stream tar, CancellationToken stop = default)
    {
        await using var pumped = new PumpedStream(tar, stop);
        await ChangeAsync(name, path, "copy-in", (root, at, volume) =>
        {
            if (root.Stat(at).Kind is not (GuestKind.Directory or GuestKind.Symlink))
            {
                throw new LinuxException("open", at.ToString(), Errno.ENOTDIR);
            }
            using var counted = new CountingStream(pumped);
            using var plain = Packings.Unpack(counted).Plain;
            using var guarded = new BombGuard(plain, () => counted.Count, UnpackLimits.Default);
            var reader = new TarReader(guarded);
            new GuestWriter(root, at, stop) { RoomFor = bytes => DiskRoom.Check(volume.Path, bytes) }.Unpack(reader);
            reader.Drain();
            if (!reader.Ended)
            {
                throw new TarException("it breaks off; what came before is unpacked.");
            }
        });
    }

    private async Task ChangeAsync(string name, string path, string action, Action<GuestRoot, TreePath, Volume> work)
    {
        var volume = await UseAsync(name, path, (root, at, volume) =>
        {
            if (volume.Kind != VolumeKind.Folder && Backing.Parse(volume.Options).ReadOnly)
            {
                throw EngineException.Conflict($"Volume {name} is read-only.");
            }
            work(root, at, volume);
            return volume;
        });
        events.Add(volume, action, ("path", Text.Short(path)));
    }

    private async Task<T> UseAsync<T>(string name, string path, Func<GuestRoot, TreePath, Volume, T> work)
    {
        using var hold = table.Hold(name, "somebody who works in its files");
        try
        {
            var at = Parsed(path);
            return await OwnThread.RunAsync(() =>
            {
                using var root = Root(hold.Volume);
                return work(root, at, hold.Volume);
            });
        }
        catch (Exception e)
        {
            throw VolumeFileErrors.Sentence(e, name);
        }
    }

    private GuestRoot Root(Volume volume)
    {
        memory.Mount(volume);
        try
        {
            return GuestRoot.OfFolder(volume.Path);
        }
        catch (LinuxException e)
        {
            throw EngineException.Unavailable($"The files of volume {volume.Name} are not to be reached: {e.Message}.", e);
        }
    }

    private static TreePath Parsed(string path) => path.StartsWith('/') && !path.Contains('\0', StringComparison.Ordinal)
        ? TreePath.Parse(Encoding.UTF8.GetBytes(path))
        : throw EngineException.Invalid($"The path \"{Text.Short(path)}\" must begin with a slash.");

    private static VolumeFile Stat(GuestRoot root, TreePath at) =>
        at.IsRoot ? File("", "/"u8.ToArray(), root.Stat(at)) : File("/" + Encoding.UTF8.GetString(at.Parent) + (at.Parent.IsEmpty ? "" : "/"), at.Name.ToArray(), root.Stat(at));

    private static VolumeFile File(string above, byte[] name, GuestNode node)
    {
        string shown = Encoding.UTF8.GetString(name);
        return new(
            shown, above + shown, (VolumeFileKind)node.Kind, node.Kind == GuestKind.File ? node.Size : 0, "0" + Convert.ToString(node.Mode, 8), node.Uid, node.Gid,
            Instant.FromMicroseconds(node.ModifiedAt / 1000), node.Link);
    }
}
