using Brig.Engine.Events;
using Brig.Engine.Images;
using Brig.Linux;
using Brig.Linux.Tar;
using Brig.Linux.Trees;

namespace Brig.Engine.Containers.Files;

internal sealed class ContainerFiles(ContainerTable table, GuestRoots roots, ContainerChanges changes, EventLog events) : IContainerFiles
{
    private const int BufferSize = 256 * 1024;

    public Task<IReadOnlyList<PathChange>> ChangesAsync(string idOrName, CancellationToken stop = default) => changes.OfAsync(idOrName, stop);

    public Task<ContainerSize> SizeAsync(string idOrName, CancellationToken stop = default) => changes.SizeAsync(idOrName, stop);

    public Task<ContainerFile> StatAsync(string idOrName, string path, CancellationToken stop = default) =>
        UseAsync(idOrName, path, (root, at) => File(at, root.Stat(at)), null, stop);

    public Task ReadAsync(string idOrName, string path, Stream to, CancellationToken stop = default) => ReadAsync(idOrName, path, to, (root, at, stream) => root.Read(at, stream, stop), stop);

    public Task ReadFolderAsync(string idOrName, string path, string name, Stream to, CancellationToken stop = default) =>
        ReadAsync(idOrName, path, to, (root, at, stream) => root.ReadFolder(at, System.Text.Encoding.UTF8.GetBytes(name), stream, stop), stop);

    private async Task ReadAsync(string idOrName, string path, Stream to, Action<GuestRoot, TreePath, Stream> pack, CancellationToken stop)
    {
        var entry = table.Find(idOrName);
        await using var client = new CopyClient(stop);
        try
        {
            await CopyOutAsync(idOrName, path, to, pack, client);
        }
        catch when (client.IsBrokenOff)
        {
            throw CopyClient.Sentence(entry.Now);
        }
        Tell(entry, "copy-out", path);
    }

    private async Task CopyOutAsync(string idOrName, string path, Stream to, Action<GuestRoot, TreePath, Stream> pack, CopyClient client)
    {
        using var pipe = new BytePipe();
        var packing = PackAsync(idOrName, path, pipe, pack, client);
        try
        {
            byte[] buffer = new byte[BufferSize];
            using var reader = pipe.Reader;
            for (int read; (read = await Task.Run(() => reader.Read(buffer), CancellationToken.None)) > 0;)
            {
                using (client.ForHim())
                {
                    await to.WriteAsync(buffer.AsMemory(0, read), client.Stop);
                }
            }
        }
        finally
        {
            pipe.Dispose();
            await packing;
        }
    }

    public async Task WriteAsync(string idOrName, string path, Stream tar, CancellationToken stop = default)
    {
        var entry = table.Find(idOrName);
        await using var client = new CopyClient(stop);
        try
        {
            await UnpackAsync(idOrName, path, tar, client);
        }
        catch when (client.IsBrokenOff)
        {
            throw CopyClient.Sentence(entry.Now);
        }
        Tell(entry, "copy-in", path);
    }

    private async Task UnpackAsync(string idOrName, string path, Stream tar, CopyClient client)
    {
        await using var pumped = new PumpedStream(new CopyClientStream(tar, client), client.Stop);
        await UseAsync(idOrName, path, (root, at) =>
        {
            if (root.Stat(at).Kind is not (GuestKind.Directory or GuestKind.Symlink))
            {
                throw new LinuxException("open", at.ToString(), Errno.ENOTDIR);
            }
            using var plain = Packings.Unpack(pumped).Plain;
            var reader = new TarReader(plain);
            new GuestWriter(root, at, client.Stop).Unpack(reader);
            reader.Drain();
            return reader.Ended ? true : throw new TarException("it breaks off; what came before is unpacked.");
        }, client, client.Stop);
    }

    private async Task PackAsync(string idOrName, string path, BytePipe pipe, Action<GuestRoot, TreePath, Stream> pack, CopyClient client)
    {
        try
        {
            await UseAsync(idOrName, path, (root, at) =>
            {
                root.Stat(at);
                using var buffered = new BufferedStream(new PipeWriter(pipe), BufferSize);
                pack(root, at, buffered);
                return true;
            }, client, client.Stop);
            pipe.Complete();
        }
        catch (Exception e)
        {
            pipe.Complete(e);
            throw;
        }
    }

    private async Task<T> UseAsync<T>(string idOrName, string path, Func<GuestRoot, TreePath, T> work, CopyClient? client, CancellationToken stop)
    {
        var entry = table.Find(idOrName);
        try
        {
            var at = Parsed(path);
            RefuseVolume(entry.Now, at);
            return await roots.UseAsync(entry, root => work(root, at), client, stop);
        }
        catch (Exception e) when (e is not OperationCanceledException)
        {
            throw GuestErrors.Sentence(e, entry.Now);
        }
    }

    /// <summary>While it does not run nothing is mounted in it: what lies there is the image's, and would be hidden at the next start.</summary>
    private static void RefuseVolume(Container container, TreePath at)
    {
        string path = "/" + at + "/";
        if (container.State.Status is ContainerStatus.Created or ContainerStatus.Exited
            && container.Spec.Mounts.FirstOrDefault(mount => mount.Kind == MountKind.Volume && path.StartsWith(mount.Target.TrimEnd('/') + "/", StringComparison.Ordinal)) is { } volume)
        {
            throw EngineException.Conflict($"\"{Text.Short(path.TrimEnd('/'))}\" lies in volume {volume.Source}, which container {container.Name} has only while it runs; ask the volume for it.");
        }
    }

    private static TreePath Parsed(string path)
    {
        SpecCheck.InnerPath(path, "path");
        return TreePath.Parse(System.Text.Encoding.UTF8.GetBytes(path));
    }

    private void Tell(ContainerEntry entry, string action, string path) => events.Add(entry.Now, action, ("path", Text.Short(path)));

    private static ContainerFile File(TreePath path, GuestNode node) => new(
        path.IsRoot ? "/" : System.Text.Encoding.UTF8.GetString(path.Name), (ContainerFileKind)node.Kind, node.Kind == GuestKind.File ? node.Size : 0, "0" + Convert.ToString(node.Mode, 8), node.Uid, node.Gid,
        Instant.FromMicroseconds(node.ModifiedAt / 1000), node.Link);
}
