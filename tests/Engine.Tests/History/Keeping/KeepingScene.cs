using System.Collections.Immutable;
using Brig.Engine.Containers;
using Brig.Engine.Events;
using Brig.Engine.History;
using Brig.Engine.History.Keeping;
using Brig.Engine.Metrics;
using Brig.Engine.State;
using Microsoft.Extensions.Logging.Abstractions;

namespace Brig.Engine.Tests.History.Keeping;

/// <summary>A keeper over real files, with a clock and samples of a test's own.</summary>
internal sealed class KeepingScene : IAsyncDisposable
{
    /// <summary>2026-11-22 00:00 UTC: the begin of an hour and of a half day.</summary>
    public const long Midnight = 1_795_305_600_000;

    public const long Minute = 60_000, Hour = 60 * Minute, Day = 24 * Hour;

    /// <summary>In memory: a month's commits would wait for the disk for a minute.</summary>
    private readonly string _folder = Directory.CreateDirectory("/dev/shm/brig-history-" + Guid.NewGuid().ToString("N")).FullName;
    private readonly Store _store;
    private readonly EngineOptions _options;
    private readonly List<Container> _running = [];

    public KeepingScene(long quota = 1 << 30)
    {
        _options = new() { Root = _folder, Run = _folder, HistoryQuota = quota };
        Paths = new(_options);
        _store = new(Paths);
        _store.Open();
        Events = new(_store, Time, NullLogger<EventLog>.Instance);
        Events.Open();
        Start();
    }

    public EnginePaths Paths { get; }
    public WallTime Time { get; } = new() { Now = Midnight };
    public EventLog Events { get; }
    public ContainerTable Table { get; } = new();
    public Keeper Keeper { get; private set; } = null!;
    public SourceBook Book { get; private set; } = null!;

    /// <summary>Bytes that the disk has free, as the sampler tells.</summary>
    public long DiskFree { get; set; } = 1L << 40;

    /// <summary>What a container uses at a time.</summary>
    public Func<Container, long, ContainerSample> Sample { get; set; } = (container, _) => new() { Id = container.Id, CpuCores = 0.5, Memory = 4096 };

    public ContainerEntry Run(string name, string? stack = null)
    {
        var labels = stack is null ? ImmutableDictionary<string, string>.Empty : ImmutableDictionary<string, string>.Empty.Add("com.docker.compose.project", stack);
        var entry = Table.Add(new(ContainerId.New(), name, new() { Image = "image", Name = name, Labels = labels }, new(ContainerStatus.Running), DateTimeOffset.FromUnixTimeMilliseconds(Time.Now), "sha256:0", "sh", 1));
        _running.Add(entry.Now);
        return entry;
    }

    public void Again(ContainerEntry entry) => _running.Add(entry.Now);

    public void Stop(ContainerEntry entry) => _running.RemoveAll(container => container.Id == entry.Id);

    public void Remove(ContainerEntry entry)
    {
        Stop(entry);
        Table.Remove(entry);
        Events.Add("container", "remove", entry.Id.Value, entry.Now.Name);
    }

    /// <summary>Ticks until so many milliseconds are over.</summary>
    public void Tick(long milliseconds, long each = 1000)
    {
        for (long end = Time.Now + milliseconds; Time.Now < end;)
        {
            Time.Now += each;
            TickNow();
        }
    }

    public void TickNow() => Keeper.Take(new(
        DateTimeOffset.FromUnixTimeMilliseconds(Time.Now),
        new() { Cores = 2, CpuCores = 1, PerCore = [0.25, 0.75], DiskTotal = 1L << 40, DiskFree = DiskFree, ReceiveBytes = 9 },
        [.. _running.Select(container => Sample(container, Time.Now))]));

    /// <summary>As after kill -9: what was not written is lost.</summary>
    public void Restart(Action? meanwhile = null)
    {
        Keeper.Dispose();
        meanwhile?.Invoke();
        Start();
    }

    public HistoryAnswer Read(string source, string metric, long from, long to, int points = 600)
    {
        var chosen = new SourceSelection(Book.All(Table.List())).Find([source]);
        using var session = new ReadSession(Keeper.IsOpen ? Keeper.File : null, Book, chosen.SelectMany(one => one.Members).Select(member => member.Id), []);
        return new SeriesReader(session.Blocks).Read(new([source], [metric], from, to, points), chosen, default);
    }

    public ImmutableArray<HistoryMark> Marks(long from, long to)
    {
        using var session = new ReadSession(Keeper.File, Book, [], []);
        return [.. session.Marks(from, to), .. Keeper.Marks.Pending(from, to)];
    }

    public string[] Told(string action)
    {
        lock (Events)
        {
            using var live = Events.Follow(10_000);
            return [.. live.Snapshot.Where(happened => happened.Action == action).Select(happened => happened.Attributes.GetValueOrDefault("reason", ""))];
        }
    }

    public async ValueTask DisposeAsync()
    {
        Keeper.Dispose();
        await Events.StopAsync();
        Events.Dispose();
        _store.Dispose();
        Directory.Delete(_folder, recursive: true);
    }

    private void Start()
    {
        Book = new();
        Keeper = new(Paths, _options, Book, Table, Events, Time, NullLogger<Keeper>.Instance);
        Keeper.Open();
    }
}

/// <summary>A clock that is set by hand; time passes with it, but for what it is set back or leaps.</summary>
internal sealed class WallTime : TimeProvider
{
    private long _now, _passed;

    /// <summary>Unix milliseconds.</summary>
    public long Now
    {
        get => _now;
        set
        {
            _passed += value - _now is > 0 and < 3_600_000 and var step ? step : 0;
            _now = value;
        }
    }

    public override long TimestampFrequency => 1000;
    public override long GetTimestamp() => _passed;
    public override DateTimeOffset GetUtcNow() => DateTimeOffset.FromUnixTimeMilliseconds(Now);
}
