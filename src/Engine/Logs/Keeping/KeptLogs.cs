using System.Collections.Immutable;
using Brig.Engine.Containers;
using Brig.Engine.Logs.Search;
using Brig.Engine.State;
using Brig.Linux;
using Brig.Linux.Trees;
using Microsoft.Extensions.Logging;

namespace Brig.Engine.Logs.Keeping;

/// <summary>
/// The logs of removed containers. Who it was is a row that comes in the commit that removes the container; then its files are renamed into BRIG_ROOT/logs, which
/// costs nothing. An engine killed between the two is followed by one that renames. The oldest go when they are too many or too old, or when the disk is
/// nearly full: containers need the room more.
/// </summary>
internal sealed partial class KeptLogs(EnginePaths paths, EngineOptions options, Store store, TimeProvider time, ILogger<KeptLogs> log) : IDisposable
{
    private static readonly TimeSpan LookEvery = TimeSpan.FromMinutes(1);

    /// <summary>Each has a row that the start reads, and a directory: more are of no use to anybody.</summary>
    internal const int Most = 10_000;

    /// <summary>A commit for each of thousands, when the quota was lowered, would keep the disk busy for a minute.</summary>
    private const int RowsAtOnce = 500;

    private readonly Lock _gate = new();
    private readonly Horizon _horizon = new(time, options.LogsKeep);
    private readonly Dictionary<ContainerId, LogSource> _kept = [];
    private readonly AsyncLock _tidying = new();
    private ITimer? _timer;

    /// <summary>Bytes that are free beyond those that containers shall always find; negative: so much has to go.</summary>
    internal Func<long> Spare { get; init; } = () => SpareOf(paths.KeptLogs);

    /// <summary>Before folders without a container are thrown away.</summary>
    public void Open()
    {
        Directory.CreateDirectory(paths.KeptLogs);
        var folders = Directory.GetDirectories(paths.KeptLogs).Select(folder => new ContainerId(Path.GetFileName(folder))).ToHashSet();
        var gone = new List<string>();
        foreach (var row in store.Read(db => db.KeptLogs.ToList()))
        {
            var source = EngineJson.Read<LogSource>(row.Record);
            if (folders.Remove(source.Id) || Rename(source.Id))
                _kept.Add(source.Id, source);
            else
                gone.Add(row.Id);
        }
        foreach (var folder in folders)
            Trash.Take(paths, paths.KeptLog(folder));
        _timer = time.CreateTimer(_ => _ = TidyAsync(gone), null, TimeSpan.Zero, LookEvery);
    }

    public ImmutableArray<LogSource> List()
    {
        lock (_gate)
            return [.. _kept.Values];
    }

    /// <summary>By id, by name (the one removed last), by an unambiguous start of the id; null: none is kept.</summary>
    public LogSource? Find(string idOrName)
    {
        lock (_gate)
        {
            if (_kept.TryGetValue(new(idOrName), out var source))
                return source;
            return Named(idOrName) ?? (idOrName.Length > 0 && _kept.Values.Where(one => one.Id.Value.StartsWith(idOrName, StringComparison.Ordinal)).Take(2).ToArray() is [var only] ? only : null);
        }
    }

    /// <summary>What to keep of a container that is about to be removed; null: it wrote nothing, or nothing shall be kept.</summary>
    public LogSource? Prepare(LogSource source)
    {
        long bytes = 0;
        string folder = paths.Container(source.Id) + "/log";
        foreach (int file in UnitPlanner.Files(folder))
            bytes += new FileInfo(LogFiles.PathOf(folder, file)) is { Exists: true } info ? info.Length : 0;
        bytes = bytes > 0 ? Math.Max(1, OnDisk(folder, bytes)) : 0;
        return bytes > 0 && bytes <= options.LogsQuota ? source with { RemovedAt = time.GetUtcNow(), Bytes = bytes } : null;
    }

    /// <summary>In blocks: ten thousand logs of one line take 40 MB and not 1.</summary>
    private static long OnDisk(string folder, long content)
    {
        try
        {
            return TreeSize.Of(folder, default).Bytes;
        }
        catch (LinuxException)
        {
            return content;
        }
    }

    /// <summary>The row that has to come in the same commit.</summary>
    public static KeptLogRow Row(LogSource source) => new() { Id = source.Id.Value, Record = EngineJson.Write(source) };

    /// <summary>After the commit; its files are where they were.</summary>
    public void Add(LogSource source)
    {
        lock (_gate)
            _kept[source.Id] = source;
    }

    /// <summary>When nobody writes to them any more.</summary>
    public void Move(ContainerId id)
    {
        lock (_gate)
            if (!_kept.ContainsKey(id))
                return;
        Rename(id);
        _ = TidyAsync([]);
    }

    /// <summary>Throws one away.</summary>
    /// <exception cref="EngineException">NotFound.</exception>
    public async Task ForgetAsync(string idOrName)
    {
        var source = Find(idOrName) ?? throw EngineException.NotFound($"No log is kept of a removed container \"{idOrName}\".");
        using var held = await _tidying.TakeAsync();
        await ForgetAsync([source]);
    }

    public void Dispose() => _timer?.Dispose();

    /// <summary>Too old, too much, or in the way of those that run.</summary>
    internal IReadOnlyList<LogSource> Surplus(long free)
    {
        lock (_gate)
        {
            var oldest = new Queue<LogSource>(_kept.Values.OrderBy(source => source.RemovedAt));
            long bytes = oldest.Sum(source => source.Bytes);
            var horizon = _horizon.Look(oldest.TryPeek(out var first) ? first.RemovedAt : null);
            var surplus = new List<LogSource>();
            while (oldest.TryPeek(out var next) && (bytes > options.LogsQuota || oldest.Count > Most || next.RemovedAt < horizon || free < 0))
            {
                surplus.Add(oldest.Dequeue());
                bytes -= next.Bytes;
                free += next.Bytes;
            }
            return surplus;
        }
    }

    private LogSource? Named(string name) => _kept.Values.Where(source => source.Name == name).MaxBy(source => source.RemovedAt);

    private async Task TidyAsync(List<string> gone)
    {
        try
        {
            using var held = await _tidying.TakeAsync();
            foreach (string id in gone)
                await store.WriteAsync(Delete, [id]);
            gone.Clear();
            if (Surplus(Spare()) is { Count: > 0 } surplus)
                await ForgetAsync(surplus);
        }
        catch (Exception e) when (e is EngineException or IOException or UnauthorizedAccessException)
        {
            NotTidied(e.Message);
        }
    }

    private const string Delete = "DELETE FROM kept_logs WHERE Id = $0";

    /// <summary>
    /// First the files, for on a full disk they make the room that deleting a row takes; a row without files is deleted at the next start. They are gone when this returns: the next look at the free room sees it,
    /// and takes no more than it must. What could not be moved is still listed, and tried again.
    /// </summary>
    private async Task ForgetAsync(IReadOnlyList<LogSource> sources)
    {
        foreach (var source in sources)
        {
            await Task.Run(() => Trash.TakeAndDelete(paths, paths.KeptLog(source.Id)));
            lock (_gate)
                _kept.Remove(source.Id);
        }
        foreach (var some in sources.Chunk(RowsAtOnce))
            await store.WriteAllAsync([.. some.Select(source => (Delete, (object?[])[source.Id.Value]))]);
    }

    private static long SpareOf(string folder)
    {
        const long Reserve = 256 * 1024 * 1024;
        try
        {
            var disk = new DriveInfo(folder);
            return disk.AvailableFreeSpace - Math.Min(Reserve, disk.TotalSize / 50);
        }
        catch (IOException)
        {
            return 0;
        }
    }

    /// <summary>False: there are no files.</summary>
    private bool Rename(ContainerId id)
    {
        try
        {
            Directory.Move(paths.Container(id) + "/log", paths.KeptLog(id));
            return true;
        }
        catch (IOException e)
        {
            if (e is not DirectoryNotFoundException)
                NotMoved(id.Short, e.Message);
            return false;
        }
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "Logs of removed containers were not tidied: {Reason}")]
    private partial void NotTidied(string reason);

    [LoggerMessage(Level = LogLevel.Warning, Message = "The log of the removed container {Id} could not be kept: {Reason}")]
    private partial void NotMoved(string id, string reason);
}
