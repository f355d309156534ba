using System.Security.Cryptography;
using System.Text;
using Brig.Engine.Build.Dockerfiles;
using Brig.Linux.Trees;

namespace Brig.Engine.Build;

/// <summary>The folders of <c>RUN --mount=type=cache</c>, below BRIG_ROOT/caches, by their id: what one build leaves there the next finds, whichever it is.</summary>
internal sealed class CacheFolders(EnginePaths paths)
{
    private readonly KeyedLocks _locked = new();
    private readonly Lock _gate = new();
    private readonly Dictionary<string, int> _used = [];

    private string Root => paths.Root + "/caches";

    /// <summary>Waits its turn where the sharing is locked.</summary>
    /// <returns>The folder, until it is given back.</returns>
    public async Task<(string Folder, IDisposable Held)> TakeAsync(RunMount mount, CancellationToken stop)
    {
        string name = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(mount.Id)))[..32];
        var turn = mount.Sharing == CacheSharing.Locked ? await _locked.TakeAsync(name, stop) : null;
        try
        {
            string folder;
            lock (_gate)
            {
                folder = $"{Root}/{(mount.Sharing == CacheSharing.Private ? Unused(name) : name)}";
                _used[folder] = _used.GetValueOrDefault(folder) + 1;
                if (!Directory.Exists(folder))
                {
                    Directory.CreateDirectory(folder);
                    LayerTree.SetDirectory(Root, Path.GetFileName(folder), mount.Mode ?? 0x1ED, mount.Uid, mount.Gid, 0);
                }
            }
            return (folder, new Held(() => Give(folder, turn)));
        }
        catch
        {
            turn?.Dispose();
            throw;
        }
    }

    /// <summary>Takes away those that no step uses now.</summary>
    /// <returns>Bytes.</returns>
    public long Clear()
    {
        long freed = 0;
        lock (_gate)
        {
            foreach (string folder in Directory.Exists(Root) ? Directory.GetDirectories(Root) : [])
            {
                if (!_used.ContainsKey(folder))
                {
                    freed += Size(folder);
                    Trash.Take(paths, folder);
                }
            }
        }
        return freed;
    }

    /// <summary>Of all files in them.</summary>
    public long Bytes() => Directory.Exists(Root) ? Size(Root) : 0;

    private static long Size(string folder) =>
        FileSizes.Sum(new DirectoryInfo(folder).EnumerateFiles("*", new EnumerationOptions { RecurseSubdirectories = true, AttributesToSkip = FileAttributes.ReparsePoint, IgnoreInaccessible = true }));

    private string Unused(string name)
    {
        int number = 1;
        while (_used.ContainsKey($"{Root}/{name}-{number}"))
        {
            number++;
        }
        return $"{name}-{number}";
    }

    private void Give(string folder, IDisposable? turn)
    {
        lock (_gate)
        {
            if (--_used[folder] == 0)
            {
                _used.Remove(folder);
            }
        }
        turn?.Dispose();
    }

    private sealed class Held(Action give) : IDisposable
    {
        public void Dispose() => give();
    }
}
