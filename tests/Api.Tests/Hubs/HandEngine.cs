using System.Collections.Concurrent;
using System.Collections.Immutable;
using System.Runtime.CompilerServices;
using System.Threading.Channels;
using Brig.Engine;
using Brig.Engine.Containers;
using Brig.Engine.Events;
using Brig.Engine.Images;
using Brig.Engine.Isolation;
using Brig.Engine.Logs;
using Brig.Engine.Metrics;

namespace Brig.Api.Tests.Hubs;

/// <summary>Metrics that tick when a test says so.</summary>
internal sealed class HandMetrics : IMetrics
{
    private readonly ConcurrentDictionary<Channel<MetricsFrame>, bool> _followers = new();

    public ImmutableArray<MetricsFrame> Past { get; set; } = [];
    public int Followers => _followers.Count;
    public MetricsFrame? Latest => null;

    public static MetricsFrame Frame(int tick, params ContainerId[] ids) => new(
        DateTimeOffset.FromUnixTimeMilliseconds(1000 * tick),
        new MachineSample { Cores = 4, CpuCores = tick + 0.123456, Load1 = double.NaN },
        [.. ids.Select((id, i) => new ContainerSample
        {
            Id = id,
            CpuCores = i + tick / 10.0,
            Memory = 1000 + i,
            MemoryLimit = i == 0 ? null : 5000,
            Devices = [new("vda", 10, 20, 1, 1), new("vdb", 1.4, 2, 1, 1)],
        })]) { Number = tick };

    public void Tick(MetricsFrame frame)
    {
        foreach (var follower in _followers.Keys)
            follower.Writer.TryWrite(frame);
    }

    public Live<MetricsFrame, MetricsFrame> Follow(int history)
    {
        // Latest wins: an old frame is lost to a slow reader.
        var follower = Channel.CreateBounded<MetricsFrame>(new BoundedChannelOptions(2) { FullMode = BoundedChannelFullMode.DropOldest });
        _followers[follower] = true;
        return new([.. Past.TakeLast(history)], follower.Reader, new Ending(() => _followers.TryRemove(follower, out _)));
    }
}

internal sealed class Ending(Action end) : IDisposable
{
    public void Dispose() => end();
}

/// <summary>Events that happen when a test says so; a follower can be ended as one that lags is.</summary>
internal sealed class HandEvents : IEvents
{
    public void Tell(string kind, string action, string subject, string name, params ReadOnlySpan<(string Key, string Value)> attributes)
    {
    }

    private readonly Lock _gate = new();
    private readonly List<EngineEvent> _kept = [];
    private readonly List<Channel<EngineEvent>> _followers = [];

    public void Happen(string action)
    {
        lock (_gate)
        {
            var happened = new EngineEvent(_kept.Count + 1, DateTimeOffset.UnixEpoch, "container", action, "id", "name", ImmutableDictionary<string, string>.Empty.Add("Key", "v"));
            _kept.Add(happened);
            foreach (var follower in _followers)
                follower.Writer.TryWrite(happened);
        }
    }

    public void EndFollowers()
    {
        lock (_gate)
        {
            foreach (var follower in _followers)
                follower.Writer.TryComplete();
            _followers.Clear();
        }
    }

    public Live<EngineEvent, EngineEvent> Follow(int tail, long after)
    {
        lock (_gate)
        {
            var follower = Channel.CreateBounded<EngineEvent>(1024); // a follower that lags is ended
            _followers.Add(follower);
            return new([.. _kept.Where(e => e.Sequence > after).TakeLast(tail)], follower.Reader, new Ending(() => { }));
        }
    }

    public Task<ImmutableArray<EngineEvent>> ListAsync(DateTimeOffset? since, DateTimeOffset? until, string? kind, string? subject, int limit, CancellationToken stop)
        => throw new NotSupportedException();
}

/// <summary>Denials that happen when a test says so.</summary>
internal sealed class HandDenials : IDenials
{
    private readonly Lock _gate = new();
    private readonly List<Denial> _kept = [];
    private readonly List<Channel<Denial>> _followers = [];

    public void Deny(string call, long count)
    {
        lock (_gate)
        {
            var denied = new Denial(null, call, 165, null, "sh", 7, 4242, count, DateTimeOffset.UnixEpoch, DateTimeOffset.UnixEpoch);
            _kept.RemoveAll(kept => kept.Key == denied.Key);
            _kept.Add(denied);
            foreach (var follower in _followers)
                follower.Writer.TryWrite(denied);
        }
    }

    /// <summary>As a start of the container does.</summary>
    public void Forget()
    {
        lock (_gate)
        {
            _kept.Clear();
            foreach (var follower in _followers)
                follower.Writer.TryComplete();
            _followers.Clear();
        }
    }

    public ImmutableArray<Denial> Of(ContainerId id) => throw new NotSupportedException();

    public Live<Denial, Denial> Follow(ContainerId id)
    {
        lock (_gate)
        {
            var follower = Channel.CreateBounded<Denial>(1024); // a follower that lags is ended
            _followers.Add(follower);
            return new([.. _kept], follower.Reader, new Ending(() => { }));
        }
    }
}

/// <summary>Logs whose batches a test writes.</summary>
internal sealed class HandLogs : ILogs
{
    // Holds what a test prepared; nobody loses.
    public Channel<LogBatch> Batches { get; } = Channel.CreateBounded<LogBatch>(1000);

    public LogQuery? Asked { get; private set; }

    public async IAsyncEnumerable<LogBatch> ReadAsync(string idOrName, LogQuery query, [EnumeratorCancellation] CancellationToken stop)
    {
        if (idOrName != "one")
            throw EngineException.NotFound($"There is no container \"{idOrName}\".");
        Asked = query;
        await foreach (var batch in Batches.Reader.ReadAllAsync(stop))
            yield return batch;
    }

    public Task CopyAsync(string idOrName, LogQuery query, LogStyle style, Stream destination, CancellationToken stop) => throw new NotSupportedException();
}
