using System.Runtime.CompilerServices;
using Brig.Engine.Containers;
using Brig.Engine.Logs;
using Brig.Tests;
using Brig.Web.Hubs;

namespace Brig.Api.Tests.Hubs;

/// <summary>Many follow one log, which is read once, and none of them misses a line or has one twice.</summary>
public sealed class SharedTailTests
{
    private readonly GrowingLog _log = new();
    private readonly SharedTails _tails;

    public SharedTailTests() => _tails = new(_log, TimeProvider.System);

    [Fact]
    public async Task Read_ManyFollowersThatComeWhileItGrows_EachLineOnceForEachAndOneReader()
    {
        const int Lines = 2000, Viewers = 12;
        using var stop = new CancellationTokenSource();
        var seen = Enumerable.Range(0, Viewers).Select(_ => new List<long>()).ToArray();
        var writing = Task.Run(async () =>
        {
            for (int i = 0; i < Lines; i++)
            {
                _log.Write();
                if (i % 20 == 0)
                    await Task.Yield();
            }
        });
        var reading = new List<Task>();
        foreach (var mine in seen)
        {
            reading.Add(FollowAsync(mine, stop.Token));
            await Task.Yield();
        }
        await writing;
        await Wait.Until(() => seen.All(mine => Count(mine) == Lines), "all have all");
        Assert.All(seen, mine => Assert.Equal(Enumerable.Range(0, Lines).Select(i => (long)i), mine));
        Assert.Equal(1, _log.Followers);

        await stop.CancelAsync();
        await Task.WhenAll(reading);
        await Wait.Until(() => _log.Followers == 0, "nobody reads any more");
        using var again = new CancellationTokenSource();
        var late = new List<long>();
        var last = FollowAsync(late, again.Token);
        await Wait.Until(() => Count(late) == Lines, "who comes later has all too");
        await again.CancelAsync();
        await last;
    }

    [Fact]
    public async Task Read_TooSlowForItsSeat_ReadsTheFileFromWhereItWas()
    {
        using var stop = new CancellationTokenSource();
        var quick = new List<long>();
        var reading = FollowAsync(quick, stop.Token);
        await using var slow = LogStream.Read(_log, _tails, "one", new(Follow: true), new HubActivity(), TimeProvider.System, stop.Token).GetAsyncEnumerator();
        _log.Write();
        Assert.True(await slow.MoveNextAsync());
        int lines = 1;
        for (; lines < 50; lines++)   // more batches than there is room for, each told by itself
        {
            _log.Write();
            int wanted = lines + 1;
            await Wait.Until(() => Count(quick) == wanted, "the other one is not held up");
        }
        var had = new List<long>(slow.Current.Batch.Lines.Select(line => line.Position.Offset));
        while (had.Count < lines && await slow.MoveNextAsync())
            had.AddRange(slow.Current.Batch.Lines.Select(line => line.Position.Offset));
        Assert.Equal(Enumerable.Range(0, lines).Select(i => (long)i), had);
        await stop.CancelAsync();
        await reading;
    }

    private static int Count(List<long> seen)
    {
        lock (seen)
            return seen.Count;
    }

    private async Task FollowAsync(List<long> seen, CancellationToken stop)
    {
        try
        {
            await foreach (var push in LogStream.Read(_log, _tails, "one", new(Follow: true), new HubActivity(), TimeProvider.System, stop))
            {
                lock (seen)
                    seen.AddRange(push.Batch.Lines.Select(line => line.Position.Offset));
            }
        }
        catch (OperationCanceledException)
        {
        }
    }

    /// <summary>A log whose lines are numbered by their offset.</summary>
    private sealed class GrowingLog : ILogs
    {
        private readonly Lock _gate = new();
        private long _lines;
        private int _followers;
        private TaskCompletionSource _grown = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public int Followers => Volatile.Read(ref _followers);

        public void Write()
        {
            lock (_gate)
            {
                _lines++;
                _grown.SetResult();
                _grown = new(TaskCreationOptions.RunContinuationsAsynchronously);
            }
        }

        public async IAsyncEnumerable<LogBatch> ReadAsync(string idOrName, LogQuery query, [EnumeratorCancellation] CancellationToken stop = default)
        {
            long next = query.After is { } after ? after.Offset + 1 : 0;
            Interlocked.Add(ref _followers, query.Follow ? 1 : 0);
            try
            {
                while (true)
                {
                    Task grown;
                    long end;
                    lock (_gate)
                        (grown, end) = (_grown.Task, _lines);
                    if (end > next)
                        yield return new([.. Enumerable.Range((int)next, (int)(end - next)).Select(i => new LogLine(new(1, i), i, OutputStream.Stdout, false, "x"))], 0);
                    next = end;
                    if (!query.Follow)
                        yield break;
                    await grown.WaitAsync(stop);
                }
            }
            finally
            {
                Interlocked.Add(ref _followers, query.Follow ? -1 : 0);
            }
        }

        public Task CopyAsync(string idOrName, LogQuery query, LogStyle style, Stream destination, CancellationToken stop = default) => throw new NotSupportedException();
    }
}
