using System.Security.Cryptography;
using Brig.Engine.Build.Dockerfiles;
using Brig.Engine.Images;
using Brig.Linux.Trees;

namespace Brig.Engine.Build;

/// <summary>
/// A build's own folder: the context without what .dockerignore names, and what ADD fetched. In the trash from its beginning, so a killed engine leaves nothing.
/// A small context lies in a file system in memory that no path leads to: a thousand files cost a disk more than the whole build, when every step is known.
/// </summary>
internal sealed class BuildFolder : IDisposable
{
    private const int LargestIgnoreFile = 4 << 20;

    private readonly string _folder;
    private SmallContext? _memory;

    private BuildFolder(string folder) => _folder = folder;

    /// <summary>A name that is good in this process alone when <see cref="IsInMemory"/>.</summary>
    public string Context => _memory?.Path ?? _folder + "/context";

    public bool IsInMemory => _memory is not null;

    /// <summary>The Dockerfile's text; read before .dockerignore may take the file away.</summary>
    public string Dockerfile { get; private set; } = "";

    /// <exception cref="EngineException">Invalid: no tar, or no Dockerfile in it. Unavailable: the disk is full.</exception>
    public static async Task<BuildFolder> ReceiveAsync(EnginePaths paths, LayerStore layers, BuildRequest request, Stream? context, CancellationToken stop)
    {
        var folder = new BuildFolder($"{paths.Trash}/build-{Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(8))}");
        try
        {
            Directory.CreateDirectory(folder.Context);
            if (context is not null)
            {
                await using var pumped = new PumpedStream(context, stop);
                await OwnThread.RunAsync(() => folder.Unpack(pumped, layers, stop));
            }
            folder.Settle(request);
            return folder;
        }
        catch
        {
            folder.Dispose();
            throw;
        }
    }

    /// <summary>A name for a file of this build.</summary>
    public string NewFile() => $"{_folder}/{Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(8))}";

    /// <summary>In the background: thousands of files take longer to delete than a build of which every step is known.</summary>
    public void Dispose() => ThreadPool.UnsafeQueueUserWorkItem(static folder =>
    {
        folder._memory?.Dispose();
        Trash.Delete(folder._folder);
    }, this, preferLocal: false);

    private bool Unpack(Stream context, LayerStore layers, CancellationToken stop)
    {
        try
        {
            var (plain, _) = Packings.Unpack(context);
            using (plain)
            {
                var rest = SmallContext.Take(plain, stop, out _memory);
                if (_memory is null)
                {
                    LayerUnpacker.Unpack(rest, Context, UnpackLimits.Default, stop, whiteouts: false);
                }
            }
            return true;
        }
        catch (Exception e)
        {
            throw layers.Sentence(e);
        }
    }

    private void Settle(BuildRequest request)
    {
        using var view = LayerView.Open([Context]);
        Dockerfile = request.Dockerfile ?? view.ReadText(request.DockerfilePath, LineReader.LongestText)
            ?? throw EngineException.Invalid($"The context has no file \"{Text.Short(request.DockerfilePath)}\" that could be read as the Dockerfile; name the right one, or send the text.");
        string? ignored = view.ReadText(request.DockerfilePath + ".dockerignore", LargestIgnoreFile) ?? view.ReadText(".dockerignore", LargestIgnoreFile);
        if (ignored is not null)
        {
            Remove(IgnoreFile.Parse(ignored), "");
        }
    }

    /// <returns>Something is left in the folder.</returns>
    private bool Remove(IgnoreFile ignore, string folder)
    {
        bool left = false;
        foreach (var entry in new DirectoryInfo($"{Context}/{folder}").GetFileSystemInfos())
        {
            string path = folder.Length == 0 ? entry.Name : $"{folder}/{entry.Name}";
            if (path.Contains('\uFFFD', StringComparison.Ordinal))
            {
                left = true;    // no UTF-8, so no pattern can mean it, and no path here reaches it
                continue;
            }
            bool isDirectory = entry is DirectoryInfo && entry.LinkTarget is null, ignored = ignore.Ignores(path);
            if (isDirectory && (!ignored || ignore.HasExceptions))
            {
                bool something = Remove(ignore, path);
                if (ignored && !something)
                {
                    entry.Delete();
                }
                left |= something || !ignored;
            }
            else if (ignored && isDirectory)
            {
                Brig.Linux.TreeDeletion.Delete(entry.FullName);
            }
            else if (ignored)
            {
                entry.Delete();
            }
            else
            {
                left = true;
            }
        }
        return left;
    }
}
