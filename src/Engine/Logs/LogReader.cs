using System.Buffers;
using System.Runtime.CompilerServices;
using Brig.Engine.Containers;
using Brig.Engine.Logs.Search;

namespace Brig.Engine.Logs;

/// <summary>
/// Reads the files that shims write. Nobody tells it of new lines: it looks at the files' lengths, 20 times a second for each follower (three system calls),
/// so that a shim serves its container alone, and a reader that stalls stalls nobody.
/// </summary>
internal sealed class LogReader(ILogOwners owners, EnginePaths paths, TimeProvider time) : ILogs, IDisposable
{
    private readonly LogPulse _pulse = new(time);
    private readonly LogFolders _folders = new(paths);

    public async IAsyncEnumerable<LogBatch> ReadAsync(string idOrName, LogQuery query, [EnumeratorCancellation] CancellationToken stop = default)
    {
        var id = owners.Find(idOrName);
        using var walk = new LogWalk(() => FolderOf(id), query);
        while (true)
        {
            bool isLast = IsLast(id, query); // before reading: what was written until then is read
            while (walk.Next() is { } batch)
            {
                yield return batch;
                stop.ThrowIfCancellationRequested();
            }
            if (isLast || walk.IsPast)
                yield break;
            await _pulse.Next().WaitAsync(stop);
        }
    }

    public async Task CopyAsync(string idOrName, LogQuery query, LogStyle style, Stream destination, CancellationToken stop = default)
    {
        var id = owners.Find(idOrName);
        using var walk = new LogWalk(() => FolderOf(id), query);
        var text = new LogText(style);
        while (true)
        {
            bool isLast = IsLast(id, query);
            await CopyNewAsync(walk, text, destination, stop);
            await destination.FlushAsync(stop);
            if (isLast || walk.IsPast)
                return;
            await _pulse.Next().WaitAsync(stop);
        }
    }

    public void Dispose() => _pulse.Dispose();

    private static async Task CopyNewAsync(LogWalk walk, LogText text, Stream destination, CancellationToken stop)
    {
        byte[] buffer = ArrayPool<byte>.Shared.Rent(LogCursor.BlockSize * 2);
        try
        {
            for (int length; (length = walk.Next(text, buffer)) > 0;)
                await destination.WriteAsync(buffer.AsMemory(0, length), stop);
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    /// <summary>What can be read from now on is the last.</summary>
    private bool IsLast(ContainerId id, LogQuery query)
        => !query.Follow
        || query.Until < time.GetUtcNow()
        || owners.Look(id) switch
        {
            LogOwner.Writes => false,
            LogOwner.Ended => !query.ThroughRestarts,
            _ => true, // the files that are held open can still be read to their end
        };

    private string FolderOf(ContainerId id) => _folders.Of(id);
}
