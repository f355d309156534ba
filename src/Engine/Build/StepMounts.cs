using System.Collections.Immutable;
using System.Text;
using Brig.Engine.Build.Dockerfiles;
using Brig.Engine.Containers;
using Brig.Engine.Images;
using Brig.Linux;
using Brig.Linux.Tar;
using Brig.Linux.Trees;

namespace Brig.Engine.Build;

/// <summary>What a step's <c>--mount</c>s bring into its container, for as long as it runs.</summary>
internal sealed class StepMounts : IDisposable
{
    private readonly List<IDisposable> _held = [];
    private readonly List<string> _folders = [];

    public ImmutableArray<MountSpec> Specs { get; private set; } = [];

    /// <summary>What of them decides about the step's result: a bind's content, and how the others are asked for. A secret's content does not, nor a cache's.</summary>
    public static async Task<string> KeyAsync(ImmutableArray<RunMount> mounts, BuildSite site, Func<string, Task<Draft>> find)
    {
        var parts = new List<string>();
        foreach (var mount in mounts)
        {
            parts.Add($"{mount.Type} {mount.Target} {mount.Id} {mount.Source} {mount.From} {mount.ReadOnly}");
            if (mount.Type == RunMountType.Bind)
            {
                parts.Add(mount.From is { } from ? (await find(from)).Key : await OwnThread.RunAsync(() => Digest(site.Folder.Context, mount.Source, site.Stop)));
            }
        }
        return parts.Count == 0 ? "" : CacheKey.Of(parts);
    }

    public static async Task<StepMounts> OpenAsync(ImmutableArray<RunMount> mounts, int at, BuildSite site, LayerStore layers, CacheFolders caches, Func<string, Task<Draft>> find)
    {
        var opened = new StepMounts();
        try
        {
            // Always in one order, or two steps that lock two caches each could wait for each other for ever.
            foreach (var mount in mounts.OrderBy(mount => mount.Type).ThenBy(mount => mount.Id, StringComparer.Ordinal))
            {
                if (await opened.OneAsync(mount, at, site, layers, caches, find) is { } spec)
                {
                    opened.Specs = opened.Specs.Add(spec);
                }
            }
            // One below another's target must come after it.
            opened.Specs = [.. opened.Specs.OrderBy(spec => spec.Target.Length)];
            return opened;
        }
        catch
        {
            opened.Dispose();
            throw;
        }
    }

    public void Dispose()
    {
        _folders.ForEach(Trash.Delete);
        _held.ForEach(held => held.Dispose());
        _held.Clear();
    }

    private async Task<MountSpec?> OneAsync(RunMount mount, int at, BuildSite site, LayerStore layers, CacheFolders caches, Func<string, Task<Draft>> find)
    {
        switch (mount.Type)
        {
            case RunMountType.Tmpfs:
                return new(MountKind.Tmpfs, null, mount.Target, SizeBytes: mount.Size) { NoExec = false };
            case RunMountType.Cache:
                var (folder, held) = await caches.TakeAsync(mount, site.Stop);
                _held.Add(held);
                return new(MountKind.Bind, folder, mount.Target, mount.ReadOnly) { Idmap = true };
            case RunMountType.Secret:
                return Secret(mount, at, site) is { } file ? new(MountKind.Bind, file, mount.Target, ReadOnly: true) { Idmap = true } : null;
            default:
                ImmutableArray<string> from = mount.From is null ? [site.Folder.Context] : (await find(mount.From)).Folders(layers);
                return new(MountKind.Bind, await OwnThread.RunAsync(() => Place(mount, from, at, site)), mount.Target, mount.ReadOnly) { Idmap = true };
        }
    }

    /// <summary>A file below BRIG_ROOT that is deleted after the step; null: it was not given, and need not be.</summary>
    private string? Secret(RunMount mount, int at, BuildSite site)
    {
        if (!site.Request.Secrets.TryGetValue(mount.Id, out string? value))
        {
            return mount.Required ? throw Dockerfile.At(at, $"the secret \"{Text.Short(mount.Id)}\" was not given to this build") : null;
        }
        string folder = site.Folder.NewFile();
        Directory.CreateDirectory(folder);
        _folders.Add(folder);
        using var tree = new LayerTree(folder);
        var path = TreePath.Parse("secret"u8);
        int file = tree.Create(path);
        LayerTree.Write(file, Encoding.UTF8.GetBytes(value), 0, path);
        LayerTree.Close(file, new(mount.Mode ?? 0x100, mount.Uid, mount.Gid, 0, []), null, path);
        return folder + "/secret";
    }

    /// <summary>Where the source lies: itself, when it is one folder of the disk and stays as it is; else a copy, which is the step's alone.</summary>
    private static string Place(RunMount mount, ImmutableArray<string> from, int at, BuildSite site)
    {
        using var view = LayerView.Open(from);
        var node = Source(view, mount.Source) is { IsDirectory: true } or { IsFile: true } ? Source(view, mount.Source)!.Value
            : throw Dockerfile.At(at, $"RUN --mount: \"{Text.Short(mount.Source)}\" is not there to be mounted{(mount.From is null ? "" : $" in {Text.Short(mount.From)}")}");
        if (from.Length == 1 && mount.ReadOnly && (mount.From is not null || !site.Folder.IsInMemory))
        {
            return node.Path.Length == 0 ? from[0] : $"{from[0]}/{node.Path}";
        }
        string copy = site.Folder.NewFile();
        Directory.CreateDirectory(copy);
        using var pipe = new BytePipe();
        var writing = new OwnThread<bool>(() => Write(view, node, pipe, site.Stop));
        try
        {
            using var reader = pipe.Reader;
            LayerUnpacker.Unpack(reader, copy, UnpackLimits.Default, site.Stop, whiteouts: false);
        }
        finally
        {
            pipe.Dispose();
            writing.Join();
        }
        if (node.IsDirectory)
        {
            LayerTree.SetDirectory(Path.GetDirectoryName(copy)!, Path.GetFileName(copy), node.Mode, node.Uid, node.Gid, node.ModifiedAt);
        }
        return node.IsDirectory ? copy : copy + "/file";
    }

    private static bool Write(LayerView view, ViewNode node, BytePipe pipe, CancellationToken stop)
    {
        try
        {
            using var to = new BufferedStream(new PipeWriter(pipe), 256 * 1024);
            Append(view, node, to, new() { Whiteouts = false }, stop);
            to.Flush();
            pipe.Complete();
        }
        catch (Exception e)
        {
            pipe.Complete(e);
        }
        return true;
    }

    private static string Digest(string context, string source, CancellationToken stop)
    {
        using var view = LayerView.Open([context]);
        using var hashed = new HashingWriter();
        if (Source(view, source) is { } node)
        {
            Append(view, node, hashed, new() { Whiteouts = false, Time = 0 }, stop);
        }
        return hashed.Digest();
    }

    private static void Append(LayerView view, ViewNode node, Stream to, TreeTarOptions options, CancellationToken stop)
    {
        var tar = new TarWriter(to);
        int slash = node.Path.LastIndexOf('/');
        using var open = new HeldDescriptor(Errno.Check(view.OpenDirectory(node.IsDirectory ? node.Path : slash < 0 ? "" : node.Path[..slash]), "open", node.Path));
        if (node.IsDirectory)
        {
            TreeTar.Append(tar, open.Number, [], options, stop);
        }
        else
        {
            TreeTar.AppendNode(tar, open.Number, Encoding.UTF8.GetBytes(node.Path[(slash + 1)..]), "file"u8.ToArray(), options, stop);
        }
        tar.Finish();
    }

    private static ViewNode? Source(LayerView view, string source) => view.Find(source.Trim('/'));
}
