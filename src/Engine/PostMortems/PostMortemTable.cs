using System.Collections.Immutable;
using System.IO.Compression;
using System.Text.Json;
using Brig.Engine.State;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Logging;

namespace Brig.Engine.PostMortems;

/// <summary>What is kept: the lines of the list in memory, the whole ones in the database, packed. The oldest go when there are too many, or too much.</summary>
internal sealed partial class PostMortemTable(Store store, TimeProvider time, ILogger<PostMortemTable> log)
{
    public const int MostOfOne = 20, MostOfAll = 1000;
    private const long MostBytes = 64 << 20;
    private const int MostUnwritten = 50;
    private static readonly TimeSpan Oldest = TimeSpan.FromDays(30);

    private readonly Lock _gate = new();
    private readonly Horizon _horizon = new(time, Oldest);
    private readonly Dictionary<string, Kept> _kept = [];

    /// <summary>What a full disk refused: tried again with the next.</summary>
    private readonly Dictionary<string, PostMortemRow> _unwritten = [];

    /// <summary>Reads the list. Once, before anything is added.</summary>
    public void Open()
    {
        var rows = store.Read(db => db.PostMortems.Select(row => new { row.Summary, Bytes = row.Whole.Length }).ToList());
        lock (_gate)
        {
            foreach (var row in rows)
            {
                var summary = EngineJson.Read<PostMortemSummary>(row.Summary);
                _kept[summary.Id] = new(summary, row.Bytes);
            }
        }
    }

    /// <summary>Newest first.</summary>
    public ImmutableArray<PostMortemSummary> List(Func<PostMortemSummary, bool> wanted, int limit)
    {
        lock (_gate)
        {
            return [.. _kept.Values.Select(one => one.Summary).Where(wanted).OrderByDescending(one => one.At).Take(limit)];
        }
    }

    /// <summary>Null: it is not kept, or no longer.</summary>
    public PostMortem? Read(string id)
    {
        lock (_gate)
        {
            if (!_kept.ContainsKey(id))
            {
                return null;
            }
            if (_unwritten.TryGetValue(id, out var waiting))
            {
                return Unpack(waiting.Whole);
            }
        }
        return store.Read(db => db.PostMortems.Where(row => row.Id == id).Select(row => row.Whole).SingleOrDefault()) is { } whole ? Unpack(whole) : null;
    }

    /// <summary>In place of one with the same id. On a full disk it is kept in memory, and nobody fails.</summary>
    public async Task KeepAsync(PostMortem one)
    {
        var summary = PostMortemSummary.Of(one);
        var row = new PostMortemRow { Id = one.Id, ContainerId = one.Container.Value, At = one.At.ToMicroseconds(), Summary = EngineJson.Write(summary), Whole = Pack(one) };
        PostMortemRow[] rows;
        string[] gone;
        lock (_gate)
        {
            _kept[one.Id] = new(summary, row.Whole.Length);
            gone = [.. Surplus()];
            foreach (string id in gone)
            {
                _kept.Remove(id);
                _unwritten.Remove(id);
            }
            _unwritten[one.Id] = row;
            rows = [.. _unwritten.Values];
        }
        try
        {
            await store.WriteAsync(db => Write(db, rows, gone));
            lock (_gate)
            {
                foreach (var written in rows.Where(written => _unwritten.GetValueOrDefault(written.Id) == written))
                {
                    _unwritten.Remove(written.Id);
                }
            }
        }
        catch (EngineException e)
        {
            InMemory(e.Message);
            ForgetOldUnwritten();
        }
    }

    private static void Write(BrigDb db, PostMortemRow[] rows, string[] gone)
    {
        string[] replaced = [.. gone, .. rows.Select(row => row.Id)];
        using var transaction = db.Database.BeginTransaction();
        db.PostMortems.Where(row => replaced.Contains(row.Id)).ExecuteDelete();
        db.PostMortems.AddRange(rows.Where(row => !gone.Contains(row.Id)));
        db.SaveChanges();
        transaction.Commit();
    }

    private IEnumerable<string> Surplus()
    {
        var newestFirst = _kept.Values.OrderByDescending(one => one.Summary.At).ToArray();
        var oldest = _horizon.Look(newestFirst.Length > 0 ? newestFirst[^1].Summary.At : null);
        var ofOne = new Dictionary<string, int>();
        long bytes = 0;
        for (int i = 0; i < newestFirst.Length; i++)
        {
            var (summary, size) = newestFirst[i];
            bytes += size;
            int count = ofOne[summary.Container.Value] = ofOne.GetValueOrDefault(summary.Container.Value) + 1;
            if (i >= MostOfAll || count > MostOfOne || bytes > MostBytes || summary.At < oldest)
            {
                yield return summary.Id;
            }
        }
    }

    private void ForgetOldUnwritten()
    {
        lock (_gate)
        {
            foreach (string id in _unwritten.Values.OrderByDescending(row => row.At).Skip(MostUnwritten).Select(row => row.Id).ToArray())
            {
                _unwritten.Remove(id);
                _kept.Remove(id);
            }
        }
    }

    private static byte[] Pack(PostMortem one)
    {
        using var packed = new MemoryStream();
        using (var brotli = new BrotliStream(packed, CompressionLevel.Fastest))
        {
            JsonSerializer.Serialize(brotli, one, EngineJson.Options);
        }
        return packed.ToArray();
    }

    private static PostMortem Unpack(byte[] packed)
    {
        using var brotli = new BrotliStream(new MemoryStream(packed), CompressionMode.Decompress);
        return JsonSerializer.Deserialize<PostMortem>(brotli, EngineJson.Options)!;
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "Post-mortems are in memory only for now: {Reason}")]
    private partial void InMemory(string reason);

    private readonly record struct Kept(PostMortemSummary Summary, int Bytes);
}
