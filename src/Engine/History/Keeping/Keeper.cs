using System.Collections.Immutable;
using Brig.Engine.Containers;
using Brig.Engine.Events;
using Brig.Engine.History.Packing;
using Brig.Engine.Metrics;
using Microsoft.Data.Sqlite;
using Microsoft.Extensions.Logging;

namespace Brig.Engine.History.Keeping;

/// <summary>
/// Writes down every frame. One loop does all that is written:
/// <code>
/// each second      the rows go into memory and, in one write, into the journal
/// each 5 minutes   they become chunks of seconds, in one commit; a new journal begins; what is too old goes
/// each hour        the seconds of each source become ten seconds, a few sources at each tick; each half day those become minutes, each second day those ten minutes
/// </code>
/// When the disk is nearly full, or does not take what is written, it stops and says so once, and goes on by itself.
/// </summary>
internal sealed partial class Keeper(
    EnginePaths paths, EngineOptions options, SourceBook book, ContainerTable containers, EventLog events, TimeProvider time, ILogger<Keeper> log) : IDisposable
{
    public const long ChunkSpan = 300_000;
    private static readonly TimeSpan AfterFailure = TimeSpan.FromSeconds(10);

    private readonly ChunkCoder _coder = new();
    private readonly ByteWriter _payload = new(64 * 1024);
    private readonly HistoryFile _file = new(paths.History);
    private readonly Journal _journal = new(paths.HistoryJournal);
    private readonly MarkBook _marks = new(events);
    private readonly List<SourceEntry> _journaled = [];
    private Roller? _roller;
    private Retention? _retention;
    private readonly long[] _row = new long[Columns.Container.Length];
    private readonly long[] _machine = new long[Row.MachineWidth];
    private long _last, _failedAt;
    private volatile bool _isOpen;
    private bool _isLoaded, _isBroken, _isTorn;

    public bool IsOpen => _isOpen;
    public HistoryFile File => _file;
    public MarkBook Marks => _marks;

    /// <summary>Why nothing is kept now, for people; null: it is.</summary>
    public string? Stopped { get; private set; }

    /// <summary>On the disk.</summary>
    public long Bytes { get; private set; }

    /// <summary>Once, before the first frame: opens what there is, and takes over what a killed engine had not made chunks of.</summary>
    public void Open()
    {
        _roller = new(_file, _coder, time);
        _retention = new(_file, time, options.HistoryQuota);
        Try(OpenFile);
    }

    /// <summary>Everything that was read at one tick. Never throws.</summary>
    public void Take(MetricsFrame frame)
    {
        if (FreeSpace.IsShort(frame.Machine.DiskTotal, frame.Machine.DiskFree, Stopped is not null))
        {
            Stop($"The disk that holds {paths.Root} has less than {FreeSpace.Reserve(frame.Machine.DiskTotal) >> 20} MB free; history is not kept until there is more, so that logs and containers have it.");
            return;
        }
        if (_isBroken && time.GetElapsedTime(_failedAt) < AfterFailure)
        {
            return;
        }
        if (Try(() => Keep(frame)))
        {
            GoOn();
        }
    }

    private void Keep(MetricsFrame frame)
    {
        if (!_isOpen)
        {
            OpenFile();
        }
        long at = frame.At.ToUnixTimeMilliseconds();
        if (_isTorn || (_last != 0 && (at <= _last || Span(at) != Span(_last))))
        {
            Seal(at);
        }
        Append(frame, at);
        _marks.Take(Removed);
        _roller!.Work(number => book.Entries.FirstOrDefault(entry => entry.Number == number) is { } entry ? entry.Known.Id == HistorySource.Machine : null);
    }

    /// <summary>A row's middle decides, as it does for roll-ups.</summary>
    private static long Span(long at) => (at - (Tier.Second.Width() / 2)) / ChunkSpan;

    private void Append(MetricsFrame frame, long at)
    {
        _payload.Clear();
        _payload.Byte(Journal.Row);
        Row.Fill(_machine, frame.Machine);
        _isTorn = true;   // rows in memory that are not in the journal: what comes behind them there would mean nothing
        lock (book.Gate)
        {
            Append(book.TryGet(HistorySource.Machine) ?? book.Add(SourceBook.TheMachine), at, _machine);
            foreach (var sample in frame.Containers)
            {
                if (Entry(sample.Id) is { } entry)
                {
                    Row.Fill(_row, sample);
                    Append(entry, at, _row);
                }
            }
        }
        _last = at;
        _journal.Append(_payload.Written);
        _isTorn = false;
    }

    private SourceEntry? Entry(ContainerId id) =>
        book.TryGet(id.Value) ?? (containers.TryGet(id, out var container) ? book.Add(SourceBook.Of(container.Now)) : null);

    private void Append(SourceEntry entry, long at, ReadOnlySpan<long> row)
    {
        if (entry.InJournal < 0)
        {
            entry.InJournal = _journaled.Count;
            _journaled.Add(entry);
            _journal.Append([Journal.Source, .. System.Text.Encoding.UTF8.GetBytes(EngineJson.Write(entry.Known))]);
        }
        var bytes = entry.Open.Append(at, row);
        _payload.Unsigned((ulong)entry.InJournal);
        _payload.Unsigned((ulong)bytes.Length);
        _payload.Bytes(bytes);
    }

    /// <summary>The open seconds become chunks, all in one commit.</summary>
    private void Seal(long now)
    {
        Rename();
        var chunks = new List<(SourceEntry Entry, Rows Rows, byte[] Data)>();
        foreach (var entry in book.Entries.Where(entry => entry.Open.Count > 0))
        {
            var (bytes, count) = entry.Open.Copy();
            var rows = OpenRows.Read(bytes, count, null).ToRows();
            chunks.Add((entry, rows, _coder.Write(rows, Columns.Of(entry.Known.Id == HistorySource.Machine))));
        }
        _isTorn = true;
        lock (book.Gate)
        {
            _file.Commit(() =>
            {
                foreach (var entry in book.Entries.Where(entry => entry.IsChanged))
                {
                    Sources.Write(_file, entry);
                }
                foreach (var (entry, rows, data) in chunks)
                {
                    Chunks.Insert(_file, entry.Number, rows, data);
                }
                _marks.Write(_file);
                _file.Run("INSERT INTO meta (Key, Value) VALUES ('sealed', $0) ON CONFLICT (Key) DO UPDATE SET Value = excluded.Value", _journal.Generation);
            });
            foreach (var entry in book.Entries)
            {
                entry.Known = entry.Now;
                entry.Open.Clear();
                (entry.IsChanged, entry.InJournal) = (false, -1);
            }
            _marks.Written();
        }
        _journaled.Clear();
        _journal.Begin(_journal.Generation + 1);
        _isTorn = false;
        _retention!.Pass(now);
        Sources.Forget(_file, book);
        Bytes = _retention.Bytes;
        _roller!.Look(now);
    }

    /// <summary>What a source is called now; and one whose removal nobody told is removed.</summary>
    private void Rename()
    {
        foreach (var entry in book.Entries.Where(entry => entry.Known.Id != HistorySource.Machine))
        {
            bool isThere = containers.TryGet(new(entry.Known.Id), out var container);
            var known = isThere ? entry.Known with { Name = container!.Now.Name } : entry.Known with { RemovedAt = entry.Known.RemovedAt ?? entry.Now.To };
            entry.IsChanged |= known != entry.Known;
            entry.Known = known;
        }
    }

    private void Removed(string id, long at)
    {
        if (book.TryGet(id) is { } entry)
        {
            entry.Known = entry.Known with { RemovedAt = at };
            entry.IsChanged = true;
        }
    }

    private void OpenFile()
    {
        _file.Open();
        if (!_isLoaded)
        {
            foreach (var (number, known) in Sources.All(_file))
            {
                var entry = book.TryGet(known.Id) ?? book.Add(known);
                (entry.Number, entry.IsChanged) = (number, false);
            }
            Replay();
            _marks.Open(_file.Number("SELECT Value FROM meta WHERE Key = $0", MarkBook.UpTo));
            _marks.Take(Removed);
            _isLoaded = true;
        }
        Bytes = _retention!.Bytes;
        _roller!.Look(time.GetUtcNow().ToUnixTimeMilliseconds());
        _isOpen = true;
    }

    private void Replay()
    {
        _journaled.Clear();
        foreach (var entry in book.Entries)
        {
            entry.Open.Clear();   // of an attempt that ended half way
        }
        _journal.Open(_file.Number("SELECT Value FROM meta WHERE Key = 'sealed'"), payload =>
        {
            var from = new ByteReader(payload);
            if (from.Byte() == Journal.Source)
            {
                var known = EngineJson.Read<HistorySource>(System.Text.Encoding.UTF8.GetString(payload.AsSpan(1)));
                var entry = book.TryGet(known.Id) ?? book.Add(known);
                entry.InJournal = _journaled.Count;
                _journaled.Add(entry);
                return;
            }
            lock (book.Gate)
            {
                while (!from.IsAtEnd)
                {
                    var entry = _journaled[from.Count(_journaled.Count - 1)];
                    entry.Open.Replay(from.Bytes(from.Count(payload.Length)));
                    _last = Math.Max(_last, entry.Open.To);
                }
            }
        });
    }

    /// <summary>Does it, or stops with the reason. A damaged file is set aside and a new one begun.</summary>
    private bool Try(Action action)
    {
        try
        {
            try
            {
                action();
            }
            catch (Exception e) when (HistoryFile.IsDamage(e))
            {
                SetAside(e);
            }
            return true;
        }
        catch (Exception e)
        {
            (_isBroken, _failedAt) = (true, time.GetTimestamp());
            if (e is not (SqliteException or IOException or UnauthorizedAccessException))
            {
                Failed(e);   // nobody expected it: where it happened is in the log
            }
            Stop(e is SqliteException { SqliteErrorCode: 13 } || (e is IOException io && Disk.IsFull(io))
                ? $"The disk that holds {paths.Root} is full; history is not kept until there is room again."
                : $"History is not kept, for {paths.History} cannot be written: {e.Message.TrimEnd('.')}.");
            return false;
        }
    }

    private void SetAside(Exception why)
    {
        _isOpen = false;
        string aside = _file.SetAside();
        Damaged(aside, why.Message);
        events.Add("engine", "history-damaged", paths.Instance, "brig", ("file", aside), ("reason", why.Message));
        foreach (var entry in book.Entries.ToArray())
        {
            if (entry.Open.Count == 0 && entry.Known.RemovedAt is not null)
            {
                book.Remove(entry);
                continue;
            }
            (entry.Number, entry.IsChanged, entry.Known) = (0, true, entry.Known with { From = null, To = null });
        }
        OpenFile();
    }

    private void Stop(string reason)
    {
        if (Stopped is not null)
        {
            return;
        }
        Stopped = reason;
        NotKept(reason);
        events.Add("engine", "history-stopped", paths.Instance, "brig", ("reason", reason));
    }

    private void GoOn()
    {
        _isBroken = false;
        if (Stopped is null)
        {
            return;
        }
        Stopped = null;
        KeptAgain();
        events.Add("engine", "history-resumed", paths.Instance, "brig");
    }

    public void Dispose()
    {
        _marks.Dispose();
        _journal.Dispose();
        _file.Dispose();
        _coder.Dispose();
    }

    [LoggerMessage(Level = LogLevel.Error, Message = "A second of history could not be kept")]
    private partial void Failed(Exception e);

    [LoggerMessage(Level = LogLevel.Warning, Message = "{Reason}")]
    private partial void NotKept(string reason);

    [LoggerMessage(Level = LogLevel.Information, Message = "History is kept again")]
    private partial void KeptAgain();

    [LoggerMessage(Level = LogLevel.Error, Message = "The history database was damaged ({Reason}); it is {Aside} now, and a new one was begun")]
    private partial void Damaged(string aside, string reason);
}
