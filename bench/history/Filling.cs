using System.Collections.Immutable;
using System.Diagnostics;
using Brig.Engine;
using Brig.Engine.Containers;
using Brig.Engine.Events;
using Brig.Engine.History.Keeping;
using Brig.Engine.Metrics;
using Brig.Engine.State;
using Microsoft.Extensions.Logging.Abstractions;

namespace Brig.Bench.History;

/// <summary>The real keeper over a root of its own, fed a second after the other.</summary>
internal sealed class Filling : IAsyncDisposable
{
    private readonly Store _store;
    private readonly EventLog _events;
    private readonly Keeper _keeper;
    private readonly SourceBook _book = new();
    private readonly ContainerTable _table = new();
    private readonly Workload[] _workloads;
    private readonly Clock _clock = new();
    private readonly Random _random = new(1);

    /// <param name="from">Unix milliseconds.</param>
    public Filling(string root, long from, int containers)
    {
        Directory.CreateDirectory(root);
        var options = new EngineOptions { Root = root, Run = root, HistoryQuota = 1L << 40 };
        var paths = new EnginePaths(options);
        _clock.Now = from;
        _store = new(paths);
        _store.Open();
        _events = new(_store, _clock, NullLogger<EventLog>.Instance);
        _events.Open();
        _workloads = [.. Enumerable.Range(0, containers).Select(number => new Workload(number % Workload.Kinds, number, Add(number, from).Id))];
        _keeper = new(paths, options, _book, _table, _events, _clock, NullLogger<Keeper>.Instance);
        _keeper.Open();
    }

    /// <summary>Processor time that went into making up samples.</summary>
    public TimeSpan MakingSamples { get; private set; }

    /// <summary>The second that took longest to keep.</summary>
    public TimeSpan Longest { get; private set; }

    public bool IsMeasured { get; set; }
    public long Bytes => _keeper.Bytes;

    public void Run(int seconds)
    {
        for (int second = 0; second < seconds; second++)
        {
            _clock.Now += 1000;
            long start = Stopwatch.GetTimestamp();
            var frame = Frame();
            var made = Stopwatch.GetElapsedTime(start);
            start = Stopwatch.GetTimestamp();
            _keeper.Take(frame);
            if (IsMeasured)
            {
                MakingSamples += made;
                var took = Stopwatch.GetElapsedTime(start);
                Longest = took > Longest ? took : Longest;
            }
        }
        if (_keeper.Stopped is { } reason)
        {
            throw new InvalidOperationException(reason);
        }
    }

    /// <summary>So many of each kind, with chunks of their own.</summary>
    public void Copy(int times)
    {
        var file = _keeper.File;
        for (int copy = 1; copy < times; copy++)
        {
            file.Commit(() =>
            {
                foreach (var entry in _book.Entries.Where(entry => entry.Known.Labels.Count > 0).ToArray())
                {
                    var other = new SourceEntry(entry.Known with { Id = ContainerId.New().Value, Name = entry.Known.Name + "-" + copy });
                    Sources.Write(file, other);
                    file.Run("INSERT INTO chunks (Source, Tier, FromAt, ToAt, Rolled, Data) SELECT $1, Tier, FromAt, ToAt, Rolled, Data FROM chunks WHERE Source = $0", entry.Number, other.Number);
                }
            });
        }
        _clock.Now += Keeper.ChunkSpan;
        _keeper.Take(Frame());   // a commit, after which the size is told anew
    }

    public void Read() => Reading.Tell(_keeper.File, _book, _clock.Now);

    public async ValueTask DisposeAsync()
    {
        _keeper.Dispose();
        await _events.StopAsync();
        _events.Dispose();
        _store.Dispose();
    }

    private Container Add(int number, long from)
    {
        string name = $"bench-{number}";
        var labels = ImmutableDictionary<string, string>.Empty.Add("com.docker.compose.project", "bench" + (number % Workload.Kinds));
        return _table.Add(new(ContainerId.New(), name, new() { Image = "image", Name = name, Labels = labels }, new(ContainerStatus.Running), DateTimeOffset.FromUnixTimeMilliseconds(from), "sha256:0", "sh", 1)).Now;
    }

    private MetricsFrame Frame() => new(
        DateTimeOffset.FromUnixTimeMilliseconds(_clock.Now + _random.Next(-2, 3)),
        new()
        {
            Cores = 8, CpuCores = 3 + _random.NextDouble(), PerCore = [.. Enumerable.Range(0, 8).Select(_ => _random.NextDouble())], Load1 = 3 + _random.NextDouble(), MemoryTotal = 64L << 30,
            MemoryAvailable = (20L << 30) + (_random.Next(100_000) * 4096L), DiskTotal = 1L << 40, DiskFree = (1L << 39) + (_random.Next(1000) * 4096L), CpuPressure = new(Math.Round(_random.NextDouble() * 10, 2), 0),
        },
        [.. _workloads.Select(workload => workload.Next(_clock.Now / 1000))]);

    /// <summary>A clock that goes on when told, and by itself in between.</summary>
    private sealed class Clock : TimeProvider
    {
        private long _now, _set;

        public long Now
        {
            get => _now;
            set => (_now, _set) = (value, Stopwatch.GetTimestamp());
        }

        public override long TimestampFrequency => TimeSpan.TicksPerSecond;
        public override long GetTimestamp() => (_now * TimeSpan.TicksPerMillisecond) + Stopwatch.GetElapsedTime(_set).Ticks;
        public override DateTimeOffset GetUtcNow() => DateTimeOffset.FromUnixTimeMilliseconds(Now);
    }
}
