using System.Threading.Channels;
using Brig.Engine.Logs;

namespace Brig.Web.Hubs;

/// <summary>A batch that was read and encoded once for all who follow the log.</summary>
internal sealed class SharedBatch(LogBatch batch)
{
    private readonly Lazy<byte[]> _encoded = new(() => LogPushConverter.Encode(batch.Lines));

    public LogBatch Batch { get; } = batch;

    /// <summary>Its lines as JSON, <c>[[…],…]</c>.</summary>
    public ReadOnlyMemory<byte> Lines => _encoded.Value;
}

/// <summary>
/// The new lines of one log, read once for however many follow it. A viewer takes its seat, then reads by itself what is there, then goes on with what comes to its seat:
/// <code>
/// what came before it sat down   is in the file when it begins to read
/// what comes after               is at its seat; what is both it has read already, and knows by the position
/// </code>
/// One that is too slow for its seat loses it, and reads the file from where it was. Nobody else waits for it.
/// </summary>
internal sealed class SharedTail(ILogs logs, string id, int skipBeyond, TimeSpan pace, TimeProvider time, Action<SharedTail> ended) : IDisposable
{
    /// <summary>Batches that may wait for a viewer: at ten a second, three seconds.</summary>
    private const int Room = 32;

    /// <summary>Viewers that are told at the full pace. More are told less often, of more lines each time: a message costs more than what is in it.</summary>
    private const int Few = 12;
    private const int Slowest = 4;

    private readonly Lock _gate = new();
    private readonly List<Seat> _seats = [];
    private readonly CancellationTokenSource _stop = new();
    private bool _running, _over;
    private LogPosition? _start;

    public string Id => id;

    /// <summary>Null: it is over, ask for another.</summary>
    public Seat? Sit()
    {
        lock (_gate)
        {
            if (_over)
            {
                return null;
            }
            var seat = new Seat(this, _running);
            _seats.Add(seat);
            return seat;
        }
    }

    /// <summary>The viewer has read up to there: from now on it is told what comes. The first to say so begins the reading.</summary>
    /// <param name="from">The last line it has; null: there was none.</param>
    /// <returns>False: the reading began further on before this one sat down; it reads the file once more.</returns>
    private bool Begin(Seat seat, LogPosition? from)
    {
        lock (_gate)
        {
            if (!_running)
            {
                (_running, _start) = (true, from);
                var stop = _stop.Token;
                _ = Task.Run(() => RunAsync(stop), CancellationToken.None);
                return true;
            }
            bool covered = seat.SatWhileRunning || _start is null || (from is { } last && _start <= last);
            seat.SatWhileRunning = true;
            return covered;
        }
    }

    private void Leave(Seat seat)
    {
        lock (_gate)
        {
            if (!_seats.Remove(seat) || _seats.Count > 0 || _over)
            {
                return;
            }
            _over = true;
        }
        ended(this);
        _stop.Cancel();
        Dispose();
    }

    private async Task RunAsync(CancellationToken stop)
    {
        Exception? why = null;
        try
        {
            var query = new LogQuery { After = _start, Follow = true, ThroughRestarts = true, SkipBeyond = skipBeyond };
            await foreach (var batch in logs.ReadAsync(id, query, stop))
            {
                await Task.Delay(pace * Tell(new(batch)), time, stop);
            }
        }
        catch (OperationCanceledException)
        {
            // Nobody follows any more.
        }
        catch (Exception e)
        {
            why = e;   // theirs to be told
        }
        Seat[] left;
        lock (_gate)
        {
            if (_over)
            {
                return;
            }
            _over = true;
            left = [.. _seats];
            _seats.Clear();
        }
        ended(this);
        foreach (var seat in left)
        {
            seat.End(why);
        }
        Dispose();
    }

    /// <summary>By whoever ends it: the last viewer, or the log.</summary>
    public void Dispose() => _stop.Dispose();

    /// <returns>How many times the pace the next shall wait.</returns>
    private double Tell(SharedBatch batch)
    {
        lock (_gate)
        {
            _seats.RemoveAll(seat => !seat.TryTell(batch));
            return Math.Clamp((double)_seats.Count / Few, 1, Slowest);
        }
    }

    /// <summary>One viewer's place.</summary>
    internal sealed class Seat(SharedTail tail, bool satWhileRunning) : IDisposable
    {
        // What does not fit is not lost: the viewer reads it from the file.
        private readonly Channel<SharedBatch> _batches = Channel.CreateBounded<SharedBatch>(new BoundedChannelOptions(Room) { SingleReader = true });

        public ChannelReader<SharedBatch> Batches => _batches.Reader;

        /// <summary>It was too slow: the last that is there is not the last that came.</summary>
        public bool WasTooSlow { get; private set; }

        internal bool SatWhileRunning { get; set; } = satWhileRunning;

        public bool Begin(LogPosition? from) => tail.Begin(this, from);

        internal bool TryTell(SharedBatch batch)
        {
            if (_batches.Writer.TryWrite(batch))
            {
                return true;
            }
            WasTooSlow = true;
            _batches.Writer.TryComplete();
            return false;
        }

        internal void End(Exception? why) => _batches.Writer.TryComplete(why);

        public void Dispose() => tail.Leave(this);
    }
}

/// <summary>The tails that somebody follows.</summary>
internal sealed class SharedTails(ILogs logs, TimeProvider time)
{
    private readonly Lock _gate = new();
    private readonly Dictionary<string, SharedTail> _tails = [];

    /// <param name="id">As the viewer named the container.</param>
    public SharedTail.Seat Sit(string id)
    {
        lock (_gate)
        {
            while (true)
            {
                if (!_tails.TryGetValue(id, out var tail))
                {
                    _tails[id] = tail = new(logs, id, LogStream.MaxLines, LogStream.Pace, time, Forget);
                }
                if (tail.Sit() is { } seat)
                {
                    return seat;
                }
                _tails.Remove(id);
            }
        }
    }

    private void Forget(SharedTail tail)
    {
        lock (_gate)
        {
            if (_tails.GetValueOrDefault(tail.Id) == tail)
            {
                _tails.Remove(tail.Id);
            }
        }
    }
}
