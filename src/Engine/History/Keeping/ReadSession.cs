using System.Collections.Concurrent;
using System.Collections.Immutable;
using Brig.Engine.History.Packing;
using Brig.Engine.Metrics;
using Microsoft.Data.Sqlite;

namespace Brig.Engine.History.Keeping;

/// <summary>One moment of all that is kept: chunks, the seconds that are none yet, and frames that the keeper has not taken. Several threads can read sources of it at once.</summary>
internal sealed class ReadSession : IDisposable
{
    private readonly Lock _gate = new();   // of the connection; unpacking is what takes long
    private readonly ConcurrentBag<ChunkCoder> _coders = [];
    private readonly Dictionary<string, (long Number, byte[] Bytes, int Rows, long To)> _open = [];
    private readonly ImmutableArray<MetricsFrame> _frames;
    private readonly SqliteConnection? _connection;
    private readonly SqliteTransaction? _moment;

    /// <param name="file">Null: it cannot be opened.</param>
    public ReadSession(HistoryFile? file, SourceBook book, IEnumerable<string> sources, ImmutableArray<MetricsFrame> frames)
    {
        _frames = frames;
        _connection = file?.Reader();
        lock (book.Gate)
        {
            if (_connection is not null)
            {
                _moment = _connection.BeginTransaction(deferred: true);
                using var first = _connection.CreateCommand();
                first.CommandText = "SELECT count(*) FROM meta";
                first.ExecuteScalar();   // the first read is the moment
            }
            foreach (string id in sources)
            {
                if (book.TryGet(id) is { } entry)
                {
                    var (bytes, rows) = entry.Open.Copy();
                    _open[id] = (entry.Number, bytes, rows, entry.Now.To ?? 0);
                }
            }
        }
    }

    /// <summary>
    /// 1. the tier that is preferred; 2. finer ones that are not rolled up to it yet, the open seconds and the newest frames among them; 3. coarser ones, but only where nothing of these is.
    /// </summary>
    public IEnumerable<Block> Blocks(BlockQuery query)
    {
        _open.TryGetValue(query.Source, out var open);
        var covered = new Covered();
        var places = Places(open.Number, query);
        foreach (var place in places.Where(place => place.Tier == query.Tier || (place.Tier < query.Tier && !place.IsRolled)))
        {
            if (TryRead(place, query) is { } block)
            {
                covered.Add(Start(place), End(place));
                yield return block;
            }
        }
        if (open.Rows > 0)
        {
            var block = OpenRows.Read(open.Bytes, open.Rows, query.Wanted);
            covered.Add(block.Start(0), block.End(block.Rows - 1));
            yield return block;
        }
        if (_frames.Length > 0 && _frames[^1].At.ToUnixTimeMilliseconds() > open.To)
        {
            yield return FrameBlock.Of(_frames, query with { From = Math.Max(query.From, open.To + 1) });
        }
        foreach (var tier in Tiers.All.Where(tier => tier > query.Tier))
        {
            foreach (var place in places.Where(place => place.Tier == tier))
            {
                if (TryRead(place, query) is { } block)
                {
                    yield return block.Without(covered);
                }
            }
            places.Where(place => place.Tier == tier).ToList().ForEach(place => covered.Add(Start(place), End(place)));
        }
    }

    public ImmutableArray<HistoryMark> Marks(long from, long to) => _connection is null ? [] : [.. MarkBook.Read(_connection, from, to)];

    public void Dispose()
    {
        _moment?.Dispose();
        _connection?.Dispose();
        foreach (var coder in _coders)
        {
            coder.Dispose();
        }
    }

    private static long Start(ChunkPlace place) => place.From - (place.Tier == Tier.Second ? Tier.Second.Width() / 2 : 0);
    private static long End(ChunkPlace place) => place.To + (place.Tier == Tier.Second ? Tier.Second.Width() / 2 : place.Tier.Width());

    private List<ChunkPlace> Places(long number, BlockQuery query)
    {
        if (_connection is null || number == 0)
        {
            return [];
        }
        lock (_gate)
        {
            return Chunks.Places(_connection, number, query.From, query.To);
        }
    }

    /// <summary>Null: it is damaged; the others are shown without it.</summary>
    private Block? TryRead(ChunkPlace place, BlockQuery query)
    {
        byte[] data;
        lock (_gate)
        {
            data = Chunks.Data(_connection!, place.Id);
        }
        if (!_coders.TryTake(out var coder))
        {
            coder = new();
        }
        try
        {
            return coder.Read(data, place.Tier, query.Wanted);
        }
        catch (InvalidDataException)
        {
            return null;
        }
        finally
        {
            _coders.Add(coder);
        }
    }
}
