using System.Collections.Immutable;
using Brig.Engine.Containers;
using Brig.Engine.History.Keeping;
using Brig.Engine.Metrics;
using Microsoft.Data.Sqlite;

namespace Brig.Engine.History;

/// <summary>Gives every frame to the keeper, and answers out of what it keeps.</summary>
internal sealed class HistoryService(Sampler sampler, Keeper keeper, SourceBook book, ContainerTable containers, EngineOptions options, EnginePaths paths) : IHistory, IDisposable
{
    private readonly TaskCompletionSource _opened = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly CancellationTokenSource _stop = new();
    private Task _loop = Task.CompletedTask;

    public HistoryState State => new(keeper.Stopped, keeper.Bytes, options.HistoryQuota, All().Min(source => source.From));

    /// <summary>Begins to keep. What is there is opened meanwhile: nobody waits for it but who reads.</summary>
    public void Open() => _loop = Task.Run(KeepAsync);

    /// <summary>What is no chunk yet stays in the journal.</summary>
    public async Task StopAsync()
    {
        if (!_stop.IsCancellationRequested)
        {
            await _stop.CancelAsync();
            await _loop;
        }
    }

    public ImmutableArray<HistorySource> Sources() => SourceBook.Sorted(All());

    public async Task<HistoryAnswer> ReadAsync(HistoryQuery query, CancellationToken stop = default)
    {
        query.Check();
        await _opened.Task.WaitAsync(stop);
        return await Task.Run(() => Read(query, stop), stop);
    }

    public async Task<ImmutableArray<HistoryMark>> MarksAsync(MarkQuery query, CancellationToken stop = default)
    {
        query.Check();
        await _opened.Task.WaitAsync(stop);
        return await Task.Run(() => Marks(query, stop), stop);
    }

    public void Dispose() => _stop.Dispose();

    private async Task KeepAsync()
    {
        using var live = sampler.FollowAll();
        keeper.Open();
        _opened.SetResult();
        foreach (var frame in live.Snapshot)
        {
            keeper.Take(frame);
        }
        try
        {
            await foreach (var frame in live.Changes.ReadAllAsync(_stop.Token))
            {
                keeper.Take(frame);
            }
        }
        catch (OperationCanceledException)
        {
            // The engine ends.
        }
    }

    private HistoryAnswer Read(HistoryQuery query, CancellationToken stop)
    {
        var chosen = new SourceSelection(All()).Find(query.Sources);
        try
        {
            using var session = Session(chosen.SelectMany(one => one.Members).Select(member => member.Id));
            return new SeriesReader(session.Blocks).Read(query, chosen, stop) with { Stopped = keeper.Stopped };
        }
        catch (SqliteException e)
        {
            throw Unreadable(e);
        }
    }

    private ImmutableArray<HistoryMark> Marks(MarkQuery query, CancellationToken stop)
    {
        var all = new SourceSelection(All());
        var asked = query.Sources.IsDefault ? [] : query.Sources.RemoveAll(all.IsEmptyStack);   // the page of a new stack asks before it has containers
        if (asked.IsEmpty && !query.Sources.IsDefaultOrEmpty)
        {
            return [];
        }
        var chosen = all.Find(asked);
        HistorySource[] members = [.. chosen.SelectMany(one => one.Members).DistinctBy(member => member.Id)];
        var wanted = members.Select(member => member.Id).Concat(members.Where(member => member.Stack is not null).Select(member => MarkMaker.StackPrefix + member.Stack)).ToHashSet();
        string[] throttled = [.. members.Where(member => member.Id != HistorySource.Machine).Select(member => member.Id).Take(HistoryQuery.MostSources)];
        var marks = throttled.Length == 0 ? [] : Throttling.Marks(Read(new([.. throttled], [Throttling.Metric], query.From, query.To, Math.Min(query.Points, Throttling.MostPoints)), stop));
        try
        {
            using var session = Session([]);
            var kept = session.Marks(query.From, query.To).Concat(keeper.Marks.Pending(query.From, query.To)).Where(mark => members.Length == 0 || wanted.Contains(mark.Source));
            return MarkThinning.Thin(kept.Concat(marks), Math.Max(1, (query.To - query.From) / query.Points));
        }
        catch (SqliteException e)
        {
            throw Unreadable(e);
        }
    }

    private ImmutableArray<HistorySource> All() => book.All(containers.List());

    private ReadSession Session(IEnumerable<string> sources)
    {
        using var live = sampler.Follow(FrameRing.Capacity);
        return new(keeper.IsOpen ? keeper.File : null, book, sources, live.Snapshot);
    }

    private EngineException Unreadable(SqliteException e) => EngineException.Unavailable($"The history {paths.History} cannot be read: {e.Message.TrimEnd('.')}.", e);
}
